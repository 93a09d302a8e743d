import type { RunRef } from '@drover/protocol/api';
import { localFolder } from '../../domain/pipelines/validation/sources.js';
import { createLimit } from '../../services/limit.js';
import type { GitRemote, RemoteAnswer, RemoteRepository } from '../../services/ports/git-remote.js';
import { runGit, type GitEnd } from './git-process.js';
import { gitSurroundings, type GitSurroundings } from './git-surroundings.js';
import { allowedRealPath } from './local-folder.js';
import { inWords } from './messages.js';
import { parseListing } from './ref-listing.js';

const limitMs = 30_000;
const limitBytes = 16_777_216;
/** Each is a process with a connection; more at once than this wait. */
const atOnce = 8;
const maxMessages = 2_000;
const maxMessageLength = 500;
const fullHash = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

type Resolved = { readonly commit: string; readonly message?: string };
interface Reading {
  /** What git is given as the repository. */
  readonly address: string;
  readonly isLocal: boolean;
  git(args: readonly string[]): Promise<GitEnd>;
  words(end: GitEnd): string;
}

/** Reads remote repositories with the machine's git. `environment`: what it needs of the machine's (PATH, proxies, certificates). */
export function createGitRemote({ environment }: { readonly environment: Readonly<Record<string, string>> }): GitRemote {
  const limited = createLimit(atOnce);
  const messages = new Map<string, string>();
  const read = <T>(
    repository: RemoteRepository,
    signal: AbortSignal,
    act: (reading: Reading) => Promise<RemoteAnswer<T>>,
  ): Promise<RemoteAnswer<T>> => limited(() => withReading({ repository, signal, environment }, act));
  return {
    refs: (repository, signal) =>
      read(repository, signal, async (reading) => {
        const end = await reading.git(['ls-remote', '--symref', '--', reading.address, 'HEAD', 'refs/heads/*', 'refs/tags/*']);
        return end.type === 'done' ? { ok: true, value: parseListing(end.output) } : unreachable(reading.words(end));
      }),
    resolve: (repository, ref, signal) =>
      read(repository, signal, async (reading) => {
        const found = await (ref.type === 'commit' ? resolveCommit(reading, ref.name) : resolveNamed(reading, ref));
        return found.ok ? { ok: true, value: await withMessage(reading, found.value, messages) } : found;
      }),
  };
}

type No = Extract<RemoteAnswer<never>, { ok: false }>;
const unreachable = (detail: string): No => ({ ok: false, kind: 'unreachable', detail });
const notFound = (detail: string): No => ({ ok: false, kind: 'refNotFound', detail });

async function withReading<T>(
  { repository, signal, environment }: { repository: RemoteRepository; signal: AbortSignal; environment: Readonly<Record<string, string>> },
  act: (reading: Reading) => Promise<RemoteAnswer<T>>,
): Promise<RemoteAnswer<T>> {
  const { url, credentials, allowedFolders } = repository;
  if (url.startsWith('-')) return unreachable('that is no address');
  const folder = localFolder(url);
  const address = folder === undefined ? url : await allowedRealPath(folder, allowedFolders);
  if (address === undefined) return unreachable('that folder is not there, or no administrator has allowed it');
  const isLocal = folder !== undefined;
  const surroundings: GitSurroundings = await gitSurroundings({ url, credentials, isLocal, base: environment });
  const git = (args: readonly string[]) =>
    runGit({ args, environment: surroundings.environment, cwd: surroundings.folder, limitMs, limitBytes, signal });
  try {
    return await act({ address, isLocal, git, words: (end) => inWords(end, { credentials, folder: surroundings.folder, limitMs }) });
  } finally {
    await surroundings.remove();
  }
}

async function resolveNamed({ git, address, words }: Reading, ref: RunRef): Promise<RemoteAnswer<Resolved>> {
  const name = `refs/${ref.type === 'tag' ? 'tags' : 'heads'}/${ref.name}`;
  const end = await git(['ls-remote', '--', address, name, `${name}^{}`]);
  if (end.type !== 'done') return unreachable(words(end));
  const hashes = new Map(end.output.split('\n').map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? '']));
  const commit = hashes.get(`${name}^{}`) ?? hashes.get(name);
  return commit === undefined ? notFound(`there is no ${ref.type} “${ref.name}”`) : { ok: true, value: { commit } };
}

/** A shortened hash can be looked up in a local repository only; of a remote one, the commit itself is asked for. */
async function resolveCommit(reading: Reading, name: string): Promise<RemoteAnswer<Resolved>> {
  const { git, address, isLocal, words } = reading;
  if (!/^[0-9a-f]{7,64}$/.test(name)) return notFound(`“${name}” is no commit`);
  if (isLocal) {
    const end = await git(['-C', address, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    return end.type === 'done' ? { ok: true, value: { commit: end.output.trim() } } : notFound(`there is no commit “${name}”`);
  }
  if (!fullHash.test(name)) return notFound('a commit of a remote repository must be given in full, 40 digits');
  const end = await fetchOne(reading, name);
  if (end.type === 'done') return { ok: true, value: { commit: name } };
  return end.type === 'failed' && /not our ref|unadvertised|no such remote ref|couldn't find/i.test(end.words)
    ? notFound(`there is no commit “${name}”`)
    : unreachable(words(end));
}

/** One commit without its files, into the private folder. */
async function fetchOne({ git, address }: Reading, commit: string): Promise<GitEnd> {
  const made = await git(['init', '--quiet', '--bare', 'one.git']);
  return made.type === 'done'
    ? git(['-C', 'one.git', 'fetch', '--quiet', '--depth=1', '--no-tags', '--filter=tree:0', '--', address, commit])
    : made;
}

/** The first line of the commit's message; without it where it can not be had cheaply. Kept by commit, which never changes. */
async function withMessage(reading: Reading, { commit }: Resolved, messages: Map<string, string>): Promise<Resolved> {
  const known = messages.get(commit);
  if (known !== undefined) return { commit, message: known };
  if (!reading.isLocal) {
    const fetched = await fetchOne(reading, commit);
    if (fetched.type !== 'done') return { commit };
  }
  const end = await reading.git([
    '-C',
    reading.isLocal ? reading.address : 'one.git',
    'log',
    '-1',
    '--no-show-signature',
    '--format=%s',
    '--end-of-options',
    commit,
  ]);
  if (end.type !== 'done') return { commit };
  const message = end.output
    .trim()
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, maxMessageLength);
  const [oldest] = messages.keys();
  if (messages.size >= maxMessages && oldest !== undefined) messages.delete(oldest);
  messages.set(commit, message);
  return { commit, message };
}
