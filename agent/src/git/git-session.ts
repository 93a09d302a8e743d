import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runGit, type GitEnd, type RunGit } from './git-command.js';
import { gitFault } from './git-fault.js';

export type GitCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'sshKey'; readonly privateKey: string; readonly knownHosts?: string };

export interface GitSessionOptions {
  readonly credentials: GitCredentials;
  /** The only place (scheme, host, port) that is told the password. */
  readonly origin?: string;
  /** Where the session keeps its settings and key while it lasts: a folder of the agent's own, which no task may read. */
  readonly folder: string;
  /** Where host keys that were seen are remembered. */
  readonly knownHostsFile: string;
  /** PATH, proxies and certificates of the machine. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly run?: RunGit;
  onOutput(bytes: Buffer): void;
}

/**
 * Git with settings of its own: no one else's configuration, no hooks, no questions, credentials through the environment.
 * A folder that holds no repository has none: those above it do not count.
 */
export interface GitSession {
  git(cwd: string, argv: readonly string[], options?: GitCallOptions): Promise<GitEnd>;
  /** Rejects with a `GitFault` when git fails. */
  demand(cwd: string, argv: readonly string[], options?: GitCallOptions): Promise<void>;
  /** What git prints on standard output, at most 64 MB; rejects with a `GitFault` when it fails. */
  read(cwd: string, argv: readonly string[], options?: GitCallOptions): Promise<Buffer>;
  close(): Promise<void>;
}

export interface GitCallOptions {
  readonly protocols?: string;
  readonly quiet?: boolean;
  /** The folder itself is a bare repository: git is told so, and looks for none. */
  readonly bare?: true;
}

const maxReadBytes = 64 * 2 ** 20;

const settings = `[safe]
	directory = *
[core]
	hooksPath = /dev/null
	alternateRefsCommand = true
	fsmonitor = false
	askPass =
[gc]
	auto = 0
[advice]
	detachedHead = false
[checkout]
	workers = 0
[fetch]
	unpackLimit = 1
[init]
	defaultBranch = main
[protocol]
	version = 2
[http]
	lowSpeedLimit = 1
	lowSpeedTime = 120
[uploadpack]
	allowAnySHA1InWant = true
`;

/** Reads the variables that only this session's git has: neither file nor argument ever holds a value. */
const helper = `!f() { test \\"$1\\" = get && printf 'username=%s\\\\npassword=%s\\\\n' \\"$DROVER_GIT_USER\\" \\"$DROVER_GIT_PASSWORD\\"; }; f`;

/** Rejects when credentials hold what git can't be told. */
export async function openGitSession(options: GitSessionOptions): Promise<GitSession> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(options.folder, 'session-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const config = join(folder, 'config');
    const { credentials, origin } = options;
    const scoped = credentials.kind === 'password' && origin !== undefined ? `[credential "${origin}"]\n\thelper = "${helper}"\n` : '';
    await writeFile(config, `${settings}[credential]\n\thelper =\n${scoped}`, { mode: 0o600 });
    const env = { ...baseEnv(options.env, { config, folder }), ...(await credentialEnv(options, folder)) };
    const { run = runGit, signal, onOutput } = options;
    const call = (cwd: string, argv: readonly string[], { protocols, quiet, bare }: GitCallOptions = {}): GitRunWords => [
      argv,
      {
        cwd,
        signal,
        // where a repository is broken, git must not find another one in a folder above it
        env: {
          ...env,
          GIT_ALLOW_PROTOCOL: protocols ?? 'https:http:ssh',
          GIT_CEILING_DIRECTORIES: dirname(cwd),
          ...(bare && { GIT_DIR: cwd }),
        },
        onOutput: quiet === true ? () => undefined : onOutput,
      },
    ];
    return {
      git: (...words) => run(...call(...words)),
      demand: async (...words) => demanded(await run(...call(...words))),
      read: (cwd, argv, options = {}) => readWith(run, call(cwd, argv, { ...options, quiet: true })),
      close: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

type GitRunWords = Parameters<RunGit>;

function demanded({ exitCode, tail }: GitEnd): void {
  if (exitCode !== 0) throw gitFault(tail, exitCode);
}

async function readWith(run: RunGit, [argv, options]: GitRunWords): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  demanded(
    await run(argv, {
      ...options,
      onResult: (bytes) => {
        size += bytes.length;
        if (size <= maxReadBytes) pieces.push(bytes);
      },
    }),
  );
  if (size > maxReadBytes) throw new Error(`git ${argv[0] ?? ''} printed more than ${maxReadBytes / 2 ** 20} MB`);
  return Buffer.concat(pieces);
}

function baseEnv(
  env: Readonly<Record<string, string>>,
  { config, folder }: { readonly config: string; readonly folder: string },
): Record<string, string> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || /^GIT_(PROXY_)?SSL_/.test(name)));
  return {
    ...own,
    HOME: folder, // a .netrc in the user's own may come from a task
    TMPDIR: folder,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    LC_ALL: 'C',
  };
}

async function credentialEnv({ credentials, knownHostsFile }: GitSessionOptions, folder: string): Promise<Record<string, string>> {
  if (credentials.kind === 'password') {
    if (/[\n\r\0]/.test(credentials.user + credentials.password)) throw new Error('user and password cannot hold ends of lines');
    return { DROVER_GIT_USER: credentials.user, DROVER_GIT_PASSWORD: credentials.password };
  }
  const hosts = credentials.kind === 'sshKey' && credentials.knownHosts !== undefined ? join(folder, 'known_hosts') : knownHostsFile;
  const common = ['-F', '/dev/null', '-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${hosts}`, '-o', 'ConnectTimeout=30'];
  if (credentials.kind === 'none') return { GIT_SSH_COMMAND: shellWords(['ssh', ...common, '-o', 'StrictHostKeyChecking=accept-new']) };
  const key = join(folder, 'key');
  await writeFile(key, credentials.privateKey.endsWith('\n') ? credentials.privateKey : `${credentials.privateKey}\n`, { mode: 0o600 });
  if (credentials.knownHosts !== undefined) await writeFile(hosts, credentials.knownHosts, { mode: 0o600 });
  const policy = credentials.knownHosts === undefined ? 'accept-new' : 'yes';
  return {
    GIT_SSH_COMMAND: shellWords(['ssh', '-i', key, '-o', 'IdentitiesOnly=yes', ...common, '-o', `StrictHostKeyChecking=${policy}`]),
  };
}

const shellWords = (words: readonly string[]): string => words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
