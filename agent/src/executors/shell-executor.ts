import { chownSync } from 'node:fs';
import {
  attemptMark,
  attemptMarkVariable,
  type AttemptEnvironment,
  type Executor,
  type ExecutorCheck,
  type OpenAttempt,
} from './executor.js';
import { launcherShell } from './launcher.js';
import { startShellStep, type ShellStep } from './shell-step.js';
import { findMembers, killAll, removeGroups, type AttemptScope } from '../processes/attempt-processes.js';
import { createGroups, groupName } from '../processes/cgroups.js';
import { becomeUser, type TaskUser } from '../processes/isolation.js';
import { MachineCover } from '../processes/machine-cover.js';
import { holdNamespace, type HeldNamespace } from '../processes/namespace.js';
import { ticksNow } from '../processes/process-table.js';
import { reapProcesses } from '../processes/reap.js';

export interface ShellExecutorOptions {
  /** Folders and files that no task may see, asked for before each attempt: the agent's state, the controller's data. Hidden in the mode `namespaces`. */
  readonly hidePaths: () => readonly string[];
  /** As whom tasks run in the mode `separateUser`. */
  readonly taskUser?: TaskUser;
}

/** Runs steps on the agent's own machine, behind a pseudo-terminal. */
export function createShellExecutor(options: ShellExecutorOptions): Executor {
  const cover = process.getuid?.() === 0 ? new MachineCover() : undefined;
  return {
    name: 'shell',
    check: () => Promise.resolve(checkShell()),
    open: (attempt) => openShell(attempt, options, cover),
    reap: (agentMarker, keep) => reapProcesses(agentMarker, keep),
  };
}

function checkShell(): ExecutorCheck {
  if (process.platform !== 'linux') return { ok: false, reason: 'the shell executor works on Linux only' };
  if (launcherShell() === undefined) return { ok: false, reason: 'neither bash nor busybox was found, which start the tasks' };
  return { ok: true };
}

async function openShell(
  attempt: OpenAttempt,
  options: ShellExecutorOptions,
  cover: MachineCover | undefined,
): Promise<AttemptEnvironment> {
  const checked = checkShell();
  if (!checked.ok) throw new Error(checked.reason);
  attempt.signal.throwIfAborted();
  const mark = attemptMark(attempt.agentMarker, attempt.attemptId);
  const beganAt = ticksNow();
  const groups = createGroups(groupName(attempt.agentMarker, attempt.attemptId));
  try {
    const namespace =
      attempt.isolation === 'namespaces' ? await hold(attempt, options, { mark, groups, cover: await cover?.holder() }) : undefined;
    return new ShellEnvironment({ attempt, options, beganAt, mark, groups, namespace });
  } catch (error) {
    await removeGroups(groups);
    throw error;
  }
}

function hold(
  attempt: OpenAttempt,
  { hidePaths }: ShellExecutorOptions,
  { mark, groups, cover }: { readonly mark: string; readonly groups: readonly string[]; readonly cover: number | undefined },
): Promise<HeldNamespace> {
  return holdNamespace({
    env: { PATH: process.env['PATH'] ?? '', [attemptMarkVariable]: mark },
    groups,
    workspace: attempt.workspaceHostPath,
    hidePaths: hidePaths(),
    ...(cover === undefined ? {} : { cover }),
  });
}

interface ShellParts {
  readonly attempt: OpenAttempt;
  readonly options: ShellExecutorOptions;
  readonly beganAt: number;
  readonly mark: string;
  readonly groups: readonly string[];
  readonly namespace: HeldNamespace | undefined;
}

class ShellEnvironment implements AttemptEnvironment {
  readonly workspace: string;
  readonly hostPath: string;
  readonly #parts: ShellParts;
  readonly #spared: Set<number>;
  readonly #leaders = new Set<number>();
  readonly #strays = new Map<number, number>();
  readonly #running = new Set<ShellStep>();
  readonly #onAbort = () => this.#running.forEach((step) => step.stop(0));
  #closed: Promise<void> | undefined;
  #isNamespaceOver = false;

  constructor(parts: ShellParts) {
    this.#parts = parts;
    this.workspace = this.hostPath = parts.attempt.workspaceHostPath;
    this.#spared = new Set(parts.namespace?.keepers);
    parts.attempt.signal.addEventListener('abort', this.#onAbort);
  }

  start(command: Parameters<AttemptEnvironment['start']>[0]): Promise<ShellStep> {
    if (this.#closed !== undefined) return Promise.reject(new Error('the environment of the attempt is closed'));
    const { attempt, mark, groups, namespace } = this.#parts;
    const user = attempt.isolation === 'separateUser' ? this.#taskUser() : undefined;
    const step = startShellStep({
      command: { ...command, env: { ...command.env, [attemptMarkVariable]: mark } },
      groups,
      enter: namespace?.enter ?? (user === undefined ? [] : becomeUser(user)),
      ownTerminal: (path) => user !== undefined && chownSync(path, user.uid, user.gid),
      scope: () => this.#scope(),
      onStarted: (pid) => (namespace === undefined ? this.#leaders : this.#spared).add(pid),
      onEnded: (pid) => this.#remember(pid),
    });
    this.#running.add(step);
    void step.exit.then(() => this.#running.delete(step));
    if (attempt.signal.aborted) step.stop(0);
    return Promise.resolve(step);
  }

  close(): Promise<void> {
    this.#closed ??= this.#end().catch((error: unknown) => {
      this.#closed = undefined; // may be tried again
      throw error;
    });
    return this.#closed;
  }

  async #end(): Promise<void> {
    const { attempt, groups, namespace } = this.#parts;
    attempt.signal.removeEventListener('abort', this.#onAbort);
    this.#isNamespaceOver = true;
    await namespace?.close();
    const left = await killAll(this.#scope(), { spare: false });
    this.#running.forEach((step) => step.abandon());
    await Promise.all([...this.#running].map((step) => step.exit));
    await removeGroups(groups);
    if (left.length > 0) attempt.onNotice(`processes that the kernel does not let end: ${left.join(', ')}`);
  }

  #taskUser(): TaskUser {
    const user = this.#parts.options.taskUser;
    if (user === undefined) throw new Error('the isolation separateUser needs a user for tasks');
    return user;
  }

  /** What outlives its step is noted now, because a session's number may be given again once it is empty. */
  #remember(pid: number): void {
    const { groups, namespace } = this.#parts;
    if (namespace === undefined && groups.length === 0) {
      for (const entry of findMembers(this.#scope())) this.#strays.set(entry.pid, entry.startedAt);
    }
    this.#leaders.delete(pid);
    this.#spared.delete(pid);
  }

  #scope(): AttemptScope {
    const { attempt, beganAt, mark, groups, namespace } = this.#parts;
    const pidNamespace = (): string | undefined => (this.#isNamespaceOver ? undefined : namespace?.pidNamespace);
    return {
      mark,
      groups,
      beganAt,
      workspace: attempt.workspaceHostPath,
      get pidNamespace() {
        return pidNamespace();
      },
      spared: this.#spared,
      leaders: this.#leaders,
      strays: this.#strays,
    };
  }
}
