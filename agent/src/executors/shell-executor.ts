import { chownSync } from 'node:fs';
import {
  attemptMark,
  attemptMarkVariable,
  type AttemptEnvironment,
  type Executor,
  type ExecutorCheck,
  type OpenAttempt,
  type StepCommand,
} from './executor.js';
import { launcherShell } from './launcher.js';
import type { PtyOutput } from './pty.js';
import { openUsualPty, startPlacedStep, startShellStep, usualEnvironment, type ShellStep } from './shell-step.js';
import type { Place } from '../places/place.js';
import { Places } from '../places/places.js';
import type { Quarters } from '../places/quarters.js';
import { stepRequest } from '../places/step-request.js';
import { findMembers, killAll, removeGroups, type AttemptScope } from '../processes/attempt-processes.js';
import { createGroups, groupName, joinGroups } from '../processes/cgroups.js';
import { becomeUser, type TaskUser } from '../processes/isolation.js';
import { MachineCover } from '../processes/machine-cover.js';
import { holdNamespace } from '../processes/namespace.js';
import { ticksNow } from '../processes/process-table.js';
import { reapProcesses } from '../processes/reap.js';

export interface ShellExecutorOptions {
  /** Folders and files that no task may see, asked for before each attempt: the agent's state, the controller's data. Hidden in the mode `namespaces`. */
  readonly hidePaths: () => readonly string[];
  /** As whom tasks run in the mode `separateUser`. */
  readonly taskUser?: TaskUser;
}

/** What the attempts of an executor share. */
interface Shared {
  readonly options: ShellExecutorOptions;
  readonly places: Places;
  /** Terminals that wait in places made ahead. */
  readonly terminals: WeakMap<Place, PtyOutput>;
  readonly cover: MachineCover | undefined;
}

/** Runs steps on the agent's own machine, behind a pseudo-terminal. */
export function createShellExecutor(options: ShellExecutorOptions): Executor {
  const places = new Places(options.hidePaths);
  const cover = process.getuid?.() === 0 ? new MachineCover() : undefined;
  const shared: Shared = { options, places, terminals: new WeakMap(), cover };
  return {
    name: 'shell',
    check: () => Promise.resolve(checkShell()),
    open: (attempt) => openShell(attempt, shared),
    ahead: {
      prepare: (attempt) => prepareShell(attempt, shared),
      discard: (workspace) => places.discard(workspace),
    },
    reap: (agentMarker, keep) => reapProcesses(agentMarker, keep),
  };
}

async function prepareShell(attempt: Pick<OpenAttempt, 'agentMarker' | 'workspaceHostPath'>, { places, terminals }: Shared): Promise<void> {
  const place = await places.prepare({ workspace: attempt.workspaceHostPath, mark: attemptMark(attempt.agentMarker, 'ready') });
  if (place === undefined || place.isOver) return;
  const terminal = openUsualPty();
  terminals.set(place, terminal);
  place.readyTerminal(terminal.path);
  void place.over.then(() => takeTerminal(place, terminals)?.discard());
}

function takeTerminal(place: Place, terminals: Shared['terminals']): PtyOutput | undefined {
  const terminal = terminals.get(place);
  terminals.delete(place);
  return terminal;
}

function checkShell(): ExecutorCheck {
  if (process.platform !== 'linux') return { ok: false, reason: 'the shell executor works on Linux only' };
  if (launcherShell() === undefined) return { ok: false, reason: 'neither bash nor busybox was found, which start the tasks' };
  return { ok: true };
}

async function openShell(attempt: OpenAttempt, shared: Shared): Promise<AttemptEnvironment> {
  const checked = checkShell();
  if (!checked.ok) throw new Error(checked.reason);
  attempt.signal.throwIfAborted();
  const mark = attemptMark(attempt.agentMarker, attempt.attemptId);
  const beganAt = ticksNow();
  const groups = createGroups(groupName(attempt.agentMarker, attempt.attemptId));
  try {
    const quarters = attempt.isolation === 'namespaces' ? await findQuarters(attempt, shared, { mark, groups }) : undefined;
    return new ShellEnvironment({ attempt, shared, beganAt, mark, groups, quarters });
  } catch (error) {
    await removeGroups(groups);
    throw error;
  }
}

/** A place, one made ahead if there is one; where no place can be made, namespaces that the agent begins steps in itself. */
async function findQuarters(
  attempt: OpenAttempt,
  { options, places, cover }: Shared,
  { mark, groups }: { readonly mark: string; readonly groups: readonly string[] },
): Promise<Quarters> {
  const workspace = attempt.workspaceHostPath;
  const taken = await places.take({ workspace, mark }).catch(() => undefined); // the other way tells what it is that doesn't work
  if (taken !== undefined) {
    if (taken.place !== undefined) joinGroups(groups, [taken.place.init]);
    return taken;
  }
  const holder = await cover?.holder();
  return holdNamespace({
    env: { PATH: process.env['PATH'] ?? '', [attemptMarkVariable]: mark },
    groups,
    workspace,
    hidePaths: options.hidePaths(),
    ...(holder === undefined ? {} : { cover: holder }),
  });
}

interface ShellParts {
  readonly attempt: OpenAttempt;
  readonly shared: Shared;
  readonly beganAt: number;
  readonly mark: string;
  readonly groups: readonly string[];
  readonly quarters: Quarters | undefined;
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
    this.#spared = new Set(parts.quarters?.keepers);
    parts.attempt.signal.addEventListener('abort', this.#onAbort);
  }

  start(command: StepCommand): Promise<ShellStep> {
    if (this.#closed !== undefined) return Promise.reject(new Error('the environment of the attempt is closed'));
    const step = this.#begin({ ...command, env: { ...command.env, [attemptMarkVariable]: this.#parts.mark } });
    this.#running.add(step);
    void step.exit.then(() => this.#running.delete(step));
    if (this.#parts.attempt.signal.aborted) step.stop(0);
    return Promise.resolve(step);
  }

  /** By the first process of the place; by the agent itself what that can't begin, and a second step at the same time. */
  #begin(command: StepCommand): ShellStep {
    const { attempt, groups, quarters, shared } = this.#parts;
    const place = quarters?.place;
    const request =
      place === undefined || place.isBusy ? undefined : stepRequest({ ...command, env: { ...usualEnvironment, ...command.env } });
    const scope = () => this.#scope();
    if (place !== undefined && request !== undefined)
      return startPlacedStep({ place, request, command, terminal: takeTerminal(place, shared.terminals), scope });
    const user = attempt.isolation === 'separateUser' ? this.#taskUser() : undefined;
    return startShellStep({
      command,
      groups,
      enter: quarters?.enter ?? (user === undefined ? [] : becomeUser(user)),
      ownTerminal: (path) => user !== undefined && chownSync(path, user.uid, user.gid),
      scope,
      onStarted: (pid) => (quarters === undefined ? this.#leaders : this.#spared).add(pid),
      onEnded: (pid) => this.#remember(pid),
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#end().catch((error: unknown) => {
      this.#closed = undefined; // may be tried again
      throw error;
    });
    return this.#closed;
  }

  async #end(): Promise<void> {
    const { attempt, groups, quarters } = this.#parts;
    attempt.signal.removeEventListener('abort', this.#onAbort);
    this.#isNamespaceOver = true;
    await quarters?.close();
    // of a PID namespace that has ended nothing can be left
    const left = quarters?.place === undefined ? await killAll(this.#scope(), { spare: false }) : [];
    this.#running.forEach((step) => step.abandon());
    await Promise.all([...this.#running].map((step) => step.exit));
    await removeGroups(groups);
    if (left.length > 0) attempt.onNotice(`processes that the kernel does not let end: ${left.join(', ')}`);
  }

  #taskUser(): TaskUser {
    const user = this.#parts.shared.options.taskUser;
    if (user === undefined) throw new Error('the isolation separateUser needs a user for tasks');
    return user;
  }

  /** What outlives its step is noted now, because a session's number may be given again once it is empty. */
  #remember(pid: number): void {
    const { groups, quarters } = this.#parts;
    if (quarters === undefined && groups.length === 0) {
      for (const entry of findMembers(this.#scope())) this.#strays.set(entry.pid, entry.startedAt);
    }
    this.#leaders.delete(pid);
    this.#spared.delete(pid);
  }

  #scope(): AttemptScope {
    const { attempt, beganAt, mark, groups, quarters } = this.#parts;
    const pidNamespace = (): string | undefined => (this.#isNamespaceOver ? undefined : quarters?.pidNamespace);
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
