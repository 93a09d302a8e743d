import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findOwnProgram, holderScript, launcherShell } from '../executors/shell/launcher.js';
import { signalQuietly } from './attempt-processes.js';
import { readiness } from './holder.js';
import { limitProcesses, type ProcessRlimit } from './limits/process-rlimit.js';
import { readChildren, readProcessLink } from './process-table.js';
import { coverOwnScript, ownTerminals, setUpScript, stayScript } from './namespace-scripts.js';

export interface NamespaceOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly workspace: string;
  /** Where steps see the workspace; at its own path otherwise. */
  readonly seenAt?: string;
  readonly hidePaths: readonly string[];
  /** Also for the process that stays: a task could work through it. */
  readonly limit?: ProcessRlimit | undefined;
  /** For an agent that is root: a process in whose namespaces the machine is closed to tasks. */
  readonly cover?: number;
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
  const unshare = findOwnProgram('unshare');
  const nsenter = findOwnProgram('nsenter');
  if (shell === undefined) throw new Error('neither bash nor busybox was found, which start the tasks');
  if (unshare === undefined || nsenter === undefined) throw new Error('unshare and nsenter (util-linux) were not found');
  const child = startHolder({ shell, unshare, nsenter }, options);
  await readiness(child);
  const [init] = child.pid === undefined ? [] : readChildren(child.pid);
  const pidNamespace = init === undefined ? undefined : readProcessLink(init, 'ns/pid');
  if (init === undefined || pidNamespace === undefined || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error('the namespaces ended as soon as they were made');
  }
  return {
    keepers: new Set([child.pid, init]),
    pidNamespace,
    enter: enterCommand(nsenter, { outer: child.pid, inner: init }),
    close: () => endHolder(child, init),
  };
}

/**
 * Two user namespaces, one in the other: what the outer one mounts is locked for the inner one, so that no task,
 * root in its own eyes or not, can take a cover off again.
 */
function startHolder(
  { shell, unshare, nsenter }: { readonly shell: readonly string[]; readonly unshare: string; readonly nsenter: string },
  options: NamespaceOptions,
): ChildProcess {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const user =
    options.cover === undefined
      ? [unshare, '--user', '--map-root-user']
      : [nsenter, '--target', String(options.cover), '--user', '--mount', '--preserve-credentials', '--', unshare];
  const outer = [...user, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const inner = [
    unshare,
    '--user',
    `--map-user=${uid}`,
    `--map-group=${gid}`,
    '--mount',
    ...(options.limit ? limitProcesses(options.limit) : []),
  ];
  const setUp = options.cover === undefined ? setUpScript : coverOwnScript + setUpScript;
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
    options.seenAt ?? options.workspace,
    String(options.hidePaths.length),
    ...options.hidePaths,
    ...inner,
    ...shell,
    '-c',
    options.cover === undefined ? stayScript : `mount ${ownTerminals}\n${stayScript}`,
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

async function endHolder(child: ChildProcess, init: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  signalQuietly(init, 'SIGKILL');
  child.stdin?.destroy();
  await ended;
}
