import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findProgram, holderScript, launcherShell } from '../executors/launcher.js';
import { signalQuietly } from './attempt-processes.js';
import { readProcesses, readProcessLink } from './process-table.js';
import { isolateMachineScript, setUpScript, stayScript } from './namespace-scripts.js';

export interface NamespaceOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly workspace: string;
  readonly hidePaths: readonly string[];
}

/** Namespaces that live as long as their holder, which ends with the agent: it reads from a pipe that only the agent keeps. */
export interface HeldNamespace {
  /** The agent's own processes that keep it; killing them ends everything inside. */
  readonly keepers: ReadonlySet<number>;
  /** As `/proc/<pid>/ns/pid` shows it. */
  readonly pidNamespace: string;
  /** Put before a command, runs it inside. */
  readonly enter: readonly string[];
  close(): Promise<void>;
}

/** Makes user, mount and PID namespaces for an attempt; rejects with the reason where the system doesn't let it. */
export async function holdNamespace(options: NamespaceOptions): Promise<HeldNamespace> {
  const shell = launcherShell();
  const unshare = findProgram('unshare');
  const nsenter = findProgram('nsenter');
  if (shell === undefined) throw new Error('neither bash nor busybox was found, which start the tasks');
  if (unshare === undefined || nsenter === undefined) throw new Error('unshare and nsenter (util-linux) were not found');
  const child = startHolder(shell, unshare, options);
  await readiness(child);
  const inits = readProcesses().filter((entry) => entry.parent === child.pid);
  const init = inits[0];
  const pidNamespace = init === undefined ? undefined : readProcessLink(init.pid, 'ns/pid');
  if (init === undefined || pidNamespace === undefined || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error('the namespaces ended as soon as they were made');
  }
  return {
    keepers: new Set([child.pid, init.pid]),
    pidNamespace,
    enter: enterCommand(nsenter, { outer: child.pid, inner: init.pid }),
    close: () => endHolder(child, init.pid),
  };
}

/**
 * Two user namespaces, one in the other: what the outer one mounts is locked for the inner one, so that no task,
 * root in its own eyes or not, can take a cover off again.
 */
function startHolder(shell: readonly string[], unshare: string, options: NamespaceOptions): ChildProcess {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const outer = [unshare, '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const inner = [unshare, '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--mount'];
  const setUp = uid === 0 ? isolateMachineScript + setUpScript : setUpScript;
  const argv = [
    ...shell,
    '-c',
    holderScript,
    'drover-hold',
    String(options.groups.length),
    ...options.groups,
    ...outer,
    ...shell,
    '-c',
    setUp,
    'drover-hold',
    options.workspace,
    String(options.hidePaths.length),
    ...options.hidePaths,
    ...inner,
    ...shell,
    '-c',
    stayScript,
  ];
  const [program = '', ...args] = argv;
  return spawn(program, args, {
    env: { ...options.env },
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** In two steps: the PID namespace belongs to the outer user namespace, so that it is entered with the rights of that one. */
function enterCommand(nsenter: string, { outer, inner }: { readonly outer: number; readonly inner: number }): readonly string[] {
  const first = [nsenter, '--target', String(outer), '--user', '--preserve-credentials', '--'];
  return [...first, nsenter, '--target', String(inner), '--mount', '--pid', '--user', '--preserve-credentials', '--'];
}

async function readiness(child: ChildProcess): Promise<void> {
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdin?.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`the namespaces could not be made: ${cause.message}`, { cause })));
    child.once('close', () => reject(new Error(`the namespaces could not be made: ${Buffer.concat(said).toString().trim()}`)));
    child.stdout?.once('data', () => resolve());
  });
  child.on('error', () => undefined);
}

async function endHolder(child: ChildProcess, init: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  signalQuietly(init, 'SIGKILL');
  child.stdin?.destroy();
  await ended;
}
