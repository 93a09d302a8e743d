import type { Reason } from '@drover/protocol';
import { chownSync, existsSync } from 'node:fs';
import {
  attemptMark,
  attemptMarkVariable,
  type AttemptEnvironment,
  type Executor,
  type ExecutorCheck,
  type OpenAttempt,
  type StepCommand,
} from '../executor.js';
import { findProgram, launcherShell } from './launcher.js';
import type { PtyOutput } from '../terminal/pty.js';
import { ShellPlacesAhead, type Belongings } from './shell-places-ahead.js';
import { startPlacedStep, startShellStep, usualEnvironment, type ShellStep } from './shell-step.js';
import type { Place } from '../../places/place.js';
import { mostTries, stateOf } from '../../places/hiding.js';
import { Places } from '../../places/places.js';
import type { GroundPrograms } from '../../places/programs.js';
import type { Quarters } from '../../places/quarters.js';
import { stepRequest } from '../../places/step-request.js';
import { findMembers, killAll, removeGroups, type AttemptScope } from '../../processes/attempt-processes.js';
import { hitLimit } from '../../processes/limits/cgroup-limits.js';
import { AttemptGroups, groupName, joinGroups } from '../../processes/cgroups.js';
import { becomeUser, type TaskUser } from '../../processes/isolation.js';
import { MachineCover } from '../../processes/machine-cover.js';
import { holdNamespace } from '../../processes/namespace.js';
import { limitProcesses, type ProcessRlimit } from '../../processes/limits/process-rlimit.js';
import type { TaskIds } from '../../processes/task-ids.js';
import { limitReason, type TaskLimits } from '../../processes/limits/task-limits.js';
import type { TaskView } from '../../processes/task-view.js';
import { ticksNow } from '../../processes/process-table.js';
import { reapProcesses } from '../../processes/reap.js';

export interface ShellExecutorOptions {
  /** Folders and files that no task may see, asked for before each attempt: the agent's state, the controller's data. Hidden in the mode `namespaces`. */
  readonly hidePaths: () => readonly string[];
  /** What tasks see of the machine's files in the mode `namespaces`, where the agent is root. */
  readonly view?: () => TaskView;
  /** Which ids tasks have in the mode `namespaces` beside that of root, where the agent is root. */
  readonly ids?: TaskIds | undefined;
  /** As whom tasks run in the mode `separateUser`. */
  readonly taskUser?: TaskUser;
  /** What each attempt may use at most, as far as this machine can keep it. */
  readonly limits?: TaskLimits;
  /** Limits processes where control groups don't, in the modes `namespaces` and `separateUser`. */
  readonly processRlimit?: ProcessRlimit | undefined;
  /** The control group that holds those of all attempts; the same for all agents of the machine unless given. */
  readonly tasksGroup?: string;
  /** What places are made with, undefined where something is missing: then the agent begins the steps itself. Looked for on the machine unless given. */
  readonly placePrograms?: () => GroundPrograms | undefined;
}

/** What the attempts of an executor share. */
interface Shared {
  readonly options: ShellExecutorOptions;
  readonly places: Places;
  readonly ahead: ShellPlacesAhead;
  readonly groups: AttemptGroups;
  readonly cover: MachineCover | undefined;
}

/** Runs steps on the agent's own machine, behind a pseudo-terminal. */
export function createShellExecutor(options: ShellExecutorOptions): Executor {
  const places = new Places(options.hidePaths, { programs: options.placePrograms, view: options.view, ids: options.ids });
  const groups = new AttemptGroups(options.limits ?? {}, options.tasksGroup);
  const ahead = new ShellPlacesAhead(places, groups);
  const cover = process.getuid?.() === 0 ? new MachineCover(options.view) : undefined;
  return {
    name: 'shell',
    check: () => Promise.resolve(checkShell()),
    open: (attempt) => openShell(attempt, { options, places, ahead, groups, cover }),
    ahead,
    close: () => groups.close(),
    reap: (agentMarker, keep) => reapProcesses(agentMarker, keep),
  };
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
  const placed = attempt.isolation === 'namespaces' ? await findPlace(attempt, shared, mark) : undefined;
  const name = groupName(attempt.agentMarker, attempt.attemptId);
  const create = () => (placed === undefined ? shared.groups.create(name) : shared.groups.createEffective(name));
  const { groups = create(), terminal } = placed?.belongings ?? {};
  try {
    const parts = { attempt, options: shared.options, beganAt: placed?.place.startedAt ?? ticksNow(), mark, groups, terminal };
    if (attempt.isolation !== 'namespaces') return new ShellEnvironment({ ...parts, quarters: undefined });
    if (placed === undefined) return new ShellEnvironment({ ...parts, quarters: await hold(attempt, shared, { mark, groups }) });
    if (placed.belongings === undefined) await joinGroups(groups, placed.place.init);
    return new ShellEnvironment({ ...parts, quarters: placed });
  } catch (error) {
    await removeGroups(groups);
    throw error;
  }
}

interface Placed extends Quarters {
  readonly place: Place;
  /** Of a place that was made ahead. */
  readonly belongings: Belongings | undefined;
}

/** Undefined where no place can be made. */
async function findPlace(
  { workspaceHostPath: workspace, workspaceSeenAt: seenAt = workspace }: OpenAttempt,
  { places, ahead }: Shared,
  mark: string,
): Promise<Placed | undefined> {
  const quarters = await places.take({ workspace, seenAt, mark }).catch(() => undefined); // the other way tells what doesn't work
  if (quarters?.place === undefined) return undefined;
  return { ...quarters, place: quarters.place, belongings: ahead.belongingsOf(quarters.place) };
}

/** Namespaces in which the agent begins the steps itself. They are made again if another program noted its folder meanwhile. */
async function hold(
  attempt: OpenAttempt,
  { options, cover }: Shared,
  { mark, groups }: { readonly mark: string; readonly groups: readonly string[] },
): Promise<Quarters> {
  const holder = await cover?.holder();
  const { workspaceHostPath: workspace, workspaceSeenAt = workspace } = attempt;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const hidePaths = options.hidePaths();
    const before = stateOf(hidePaths);
    const seenAt = hidePaths.some((path) => isFolderAround(path, workspace)) ? workspaceSeenAt : workspace;
    const held = await holdNamespace({
      env: { PATH: process.env['PATH'] ?? '', [attemptMarkVariable]: mark },
      groups,
      workspace,
      seenAt,
      hidePaths,
      limit: options.processRlimit,
      ...(holder === undefined ? {} : { cover: holder }),
    });
    if (stateOf(options.hidePaths()) === before) return { ...held, workspace: seenAt };
    await held.close();
  }
  throw new Error('what is to be hidden changed again and again while the namespaces were made');
}

const isFolderAround = (path: string, workspace: string): boolean =>
  workspace.startsWith(`${path.replace(/\/+$/, '')}/`) && existsSync(path);

interface ShellParts {
  readonly attempt: OpenAttempt;
  readonly options: ShellExecutorOptions;
  readonly beganAt: number;
  readonly mark: string;
  readonly groups: readonly string[];
  readonly quarters: Quarters | undefined;
  /** For the first step. */
  readonly terminal: PtyOutput | undefined;
}

/** In namespaces the limit is set inside, where the kernel counts by itself. A user cannot lift it. */
function entering(enter: readonly string[], user: TaskUser | undefined, limit: ProcessRlimit | undefined): readonly string[] {
  const limited = limit === undefined || (enter.length === 0 && user === undefined) ? [] : limitProcesses(limit);
  return [...enter, ...limited, ...(user === undefined ? [] : becomeUser(user))];
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
  #terminal: PtyOutput | undefined;
  #isNamespaceOver = false;

  constructor(parts: ShellParts) {
    this.#parts = parts;
    this.#terminal = parts.terminal;
    this.hostPath = parts.attempt.workspaceHostPath;
    this.workspace = parts.quarters?.workspace ?? this.hostPath;
    this.#spared = new Set(parts.quarters?.keepers);
    parts.attempt.signal.addEventListener('abort', this.#onAbort);
  }

  finds(program: string, path: string): boolean {
    return findProgram(program, path) !== undefined;
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
    const { attempt, groups, quarters, options } = this.#parts;
    const { processRlimit: limit } = options;
    const place = quarters?.place;
    const complete = { ...command, env: { ...usualEnvironment, ...command.env } };
    const request = place === undefined || place.isBusy ? undefined : stepRequest(complete, limit?.processes);
    const scope = () => this.#scope();
    if (place !== undefined && request !== undefined)
      return startPlacedStep({ place, request, command, terminal: this.#takeTerminal(), scope });
    const user = attempt.isolation === 'separateUser' ? this.#taskUser() : undefined;
    return startShellStep({
      command,
      groups,
      enter: entering(quarters?.enter ?? [], user, limit),
      ownTerminal: (path) => user !== undefined && chownSync(path, user.uid, user.gid),
      scope,
      onStarted: (pid) => (quarters === undefined ? this.#leaders : this.#spared).add(pid),
      onEnded: (pid) => this.#remember(pid),
    });
  }

  hitLimit(): Reason | undefined {
    const kind = hitLimit(this.#parts.groups);
    return kind && limitReason(kind, this.#parts.options.limits ?? {});
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
    this.#takeTerminal()?.discard();
    this.#running.forEach((step) => step.abandon());
    await Promise.all([...this.#running].map((step) => step.exit));
    await removeGroups(groups);
    if (left.length > 0) attempt.onNotice(`processes that the kernel does not let end: ${left.join(', ')}`);
  }

  #takeTerminal(): PtyOutput | undefined {
    const terminal = this.#terminal;
    this.#terminal = undefined;
    return terminal;
  }

  #taskUser(): TaskUser {
    const user = this.#parts.options.taskUser;
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
