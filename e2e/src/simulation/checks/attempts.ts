import type { AgentRecord, AttemptRecord } from '@drover/controller/simulated';
import { attemptIdOf, type AgentId, type AttemptId } from '@drover/protocol';
import type { AttemptSpec } from '@drover/protocol/agent';
import type { Database } from '../world/database.js';
import type { Deed } from '../world/machine.js';
import { short } from '../world/time/trace.js';
import type { World } from '../world/world.js';

/** So long a verdict may be on its way into the store: a slow call, and then some. */
const verdictMs = 3_000;
/** No policy waits as short as that, but for one that does not wait. */
const shortSilenceMs = 1_000;

/** What must hold of attempts: what is stored of them, and what really runs where. */
export class AttemptChecks {
  readonly deeds = new Map<AttemptId, Deed>();
  readonly #specs = new Map<AttemptId, AttemptSpec>();
  /** Those that were under way when the newest of them began. */
  readonly #ofTask = new Map<string, readonly Deed[]>();
  readonly #ofAgent = new Map<string, readonly Deed[]>();
  readonly #mostSlots = new Map<AgentId, number>();
  readonly #names = new Map<AgentId, string>();
  /** What each machine registered as last; what it was before is away for good. */
  readonly #identities = new Map<string, AgentId>();
  /** When a controller and the agent last heard of each other. */
  readonly #contactMs = new Map<AgentId, number>();
  /** When an agent was heard of again, and how long it had not been. */
  readonly #returns = new Map<AgentId, ReadonlyArray<{ readonly atMs: number; readonly silentMs: number }>>();
  readonly #world: World;
  readonly #database: () => Database;

  constructor(world: World, database: () => Database) {
    this.#world = world;
    this.#database = database;
  }

  knows(agentId: AgentId, name: string): void {
    this.#names.set(agentId, name);
    this.#identities.set(name, agentId);
  }

  heard(agentName: string): void {
    const agentId = this.#identities.get(agentName);
    if (agentId === undefined) return;
    const { nowMs } = this.#world.scheduler;
    const silentMs = nowMs - (this.#contactMs.get(agentId) ?? nowMs);
    if (silentMs >= shortSilenceMs) this.#returns.set(agentId, [...(this.#returns.get(agentId) ?? []), { atMs: nowMs, silentMs }]);
    this.#contactMs.set(agentId, nowMs);
  }

  agent(before: AgentRecord | undefined, after: AgentRecord | undefined): void {
    if (after === undefined) return;
    this.#mostSlots.set(after._id, Math.max(after.slots, this.#mostSlots.get(after._id) ?? 0));
    this.#must(before === undefined || after.revision === before.revision + 1, `agent ${after.name} skipped a revision`);
  }

  attempt(before: AttemptRecord | undefined, after: AttemptRecord | undefined): void {
    if (after === undefined) return;
    if (before === undefined) return this.#inserted(after);
    if (before.state === 'finished') return this.#changedAfterEnd(before, after);
    this.#must(after.fencing >= before.fencing, `${name(after)}: its fencing number went back (I1)`);
    if (before.state === 'queued' && after.active) this.#claimed(before, after);
    if (before.active) this.#heldOn(before, after);
    if (after.state === 'queued') this.#must(!after.active && after.agentId === undefined, `${name(after)} waits and is held`);
    if (after.state === 'finished') this.#ended(before, after);
  }

  /** An attempt begins on a machine. */
  opened(agentName: string, spec: AttemptSpec): Deed {
    const { attemptId } = spec;
    this.#must(!this.deeds.has(attemptId), `${short(attemptId)} began twice (I1)`);
    const record = this.#database().attempts.records.get(attemptId);
    this.#must(record !== undefined && record.fencing > 0, `${short(attemptId)} began without a claim (I1)`);
    this.#must(
      record === undefined || this.#names.get(record.agentId ?? ('' as AgentId)) === agentName,
      `${short(attemptId)} began on ${agentName}, which does not hold it (I1)`,
    );
    const task = `${spec.runId}.${spec.taskKey}`;
    const others = stillUnderWay(this.#ofTask.get(task));
    const isGivenUp = (id: AttemptId): boolean => !this.#isStillAgent(id); // its agent was removed and may not have heard of it yet
    for (const other of others)
      this.#must(
        isGivenUp(other.attemptId) || isGivenUp(attemptId),
        `${short(attemptId)} begins on ${agentName} while ${short(other.attemptId)} runs on ${other.agentName} (I1)`,
      );
    const deed: Deed = { attemptId, agentName, fencing: record?.fencing, isUnderWay: true, isPowerLost: false, printed: [], exits: [] };
    this.deeds.set(attemptId, deed);
    this.#specs.set(attemptId, spec);
    this.#ofTask.set(task, [...others, deed]);
    const onAgent = [...stillUnderWay(this.#ofAgent.get(agentName)), deed];
    this.#ofAgent.set(agentName, onAgent);
    const here = onAgent.length;
    const most = Math.max(
      0,
      ...[...this.#names].filter(([, known]) => known === agentName).map(([agentId]) => this.#mostSlots.get(agentId) ?? 0),
    );
    this.#must(here <= most, `${here} attempts run on ${agentName}, which never had more than ${most} slots (I3)`);
    return deed;
  }

  /** A machine is without power, with all that it has on its disk. */
  powerLost(agentName: string): void {
    for (const deed of this.deeds.values()) if (deed.agentName === agentName) deed.isPowerLost = true;
  }

  /** After the farm has calmed down nothing may be under way. */
  atEnd(): void {
    for (const record of this.#database().attempts.records.values()) {
      this.#must(record.state === 'finished', `${name(record)} never ended (I2): ${record.state}`);
      this.#must(record.folded, `${name(record)} was never folded`);
    }
    for (const deed of this.deeds.values()) this.#must(!deed.isUnderWay, `${short(deed.attemptId)} still runs on ${deed.agentName}`);
  }

  #inserted(record: AttemptRecord): void {
    const run = this.#database().runs.records.get(record.runId);
    this.#must(run !== undefined, `${name(record)} has no run`);
    if (record.state !== 'finished') this.#must(run?.state !== 'finished', `${name(record)} was queued although its run has ended`);
    if (record.number === 1) return;
    const earlier = this.#database().attempts.records.get(attemptIdOf(record.runId, record.taskKey, record.number - 1));
    this.#must(earlier?.state === 'finished', `${name(record)} was queued although the attempt before it has not ended`);
  }

  #claimed(before: AttemptRecord, after: AttemptRecord): void {
    this.#must(after.fencing === before.fencing + 1, `${name(after)} was claimed under fencing number ${after.fencing} (I1)`);
    const { agentId, slot } = after;
    if (agentId === undefined || slot === undefined) return this.#must(false, `${name(after)} was claimed by nobody`);
    this.#must(slot < (this.#mostSlots.get(agentId) ?? 0), `${name(after)} was claimed in slot ${slot}, which the agent never had (I3)`);
    const run = this.#database().runs.records.get(after.runId);
    this.#must(run?.state !== 'finished', `${name(after)} was claimed although its run has ended`);
    for (const other of this.#database().attempts.records.values())
      if (other._id !== after._id && other.active && other.agentId === agentId)
        this.#must(other.slot !== slot, `${name(after)} and ${name(other)} hold slot ${slot} of one agent (I3)`);
  }

  #heldOn(before: AttemptRecord, after: AttemptRecord): void {
    this.#must(after.agentId === before.agentId && after.slot === before.slot, `${name(after)} changed hands without a claim (I1)`);
    const isClaimedAnew = after.fencing === before.fencing + 1 && after.state === before.state;
    this.#must(after.fencing === before.fencing || isClaimedAnew, `${name(after)} changed its fencing number without a claim (I1)`);
    this.#must(after.state !== 'queued', `${name(after)} went back into the queue`);
  }

  #changedAfterEnd(before: AttemptRecord, after: AttemptRecord): void {
    const { folded } = after;
    this.#must(
      isSameButFolded(before, after),
      `${name(after)} changed after its end: ${before.outcome} to ${after.outcome ?? after.state}`,
    );
    this.#must(folded || !before.folded, `${name(after)} was folded and is not any more`);
    if (!before.folded && folded) this.#folded(after);
  }

  /** Only what its run has taken in may be marked as folded: else the end is lost when the controller dies. */
  #folded(record: AttemptRecord): void {
    const run = this.#database().runs.records.get(record.runId);
    const task = run?.run.stages.flatMap(({ tasks }) => tasks).find(({ key }) => key === record.taskKey);
    const isTaken = run?.state === 'finished' || task === undefined || task.attempt > record.number || task.state === 'finished';
    this.#must(isTaken, `${name(record)} counts as folded, its run says ${task?.state}`);
  }

  #ended(before: AttemptRecord, after: AttemptRecord): void {
    this.#must(!after.active && after.outcome !== undefined, `${name(after)} has ended and is ${after.outcome ?? 'without outcome'}`);
    this.#must(!after.folded, `${name(after)} counts as folded with its end`);
    if (after.outcome === 'lost') this.#lost(before, after);
    if (after.reason?.code === 'agentCrashed') this.#mustBeRemembered(after);
    if (after.log === undefined || after.outcome === 'lost') return;
    const deed = this.deeds.get(after._id);
    const steps = this.#specs.get(after._id)?.steps ?? [];
    if (after.outcome !== 'succeeded') return;
    if (deed === undefined) return this.#must(false, `${name(after)} succeeded, it never began`);
    this.#must(deed.exits.length === steps.length, `${name(after)} succeeded after ${deed.exits.length} of ${steps.length} steps`);
    deed.exits.forEach((exit, index) =>
      this.#must(
        steps[index]?.continueOnError === true || (exit.kind === 'exited' && exit.exitCode === 0),
        `${name(after)} succeeded, its step ${index} did not: ${JSON.stringify(exit)}`,
      ),
    );
  }

  /** G6: nobody is given up who was heard of within the time of the policy. */
  #lost(before: AttemptRecord, after: AttemptRecord): void {
    if (after.reason?.code !== 'agentLost' || after.log !== undefined || !this.#isStillAgent(after._id)) return;
    const { agentId } = before;
    const contactMs = agentId && this.#contactMs.get(agentId);
    if (agentId === undefined || contactMs === undefined || this.#world.scheduler.nowMs - this.#database().failedMs < 120_000) return; // the verdict may have waited for the store
    const awayMs = Math.max(this.#world.scheduler.nowMs - contactMs, this.#silenceUntilLately(agentId));
    const { waitSeconds } = after.recovery;
    this.#must(
      awayMs >= waitSeconds * 1_000,
      `${name(after)} was given up after ${Math.round(awayMs / 1_000)} s, its policy waits ${waitSeconds} s (G6)`,
    );
  }

  /** G8: an agent that comes back after a crash itself says how what it had begun has ended, and hands over the log. */
  #mustBeRemembered(after: AttemptRecord): void {
    const isForgotten = after.log === undefined && this.deeds.has(after._id) && this.#world.plan.diskFaults === 0;
    this.#must(!isForgotten, `${name(after)} began, and its agent knew nothing of it after a crash (G8)`);
  }

  /** How long nothing was heard of the agent before it came back, if that was when the verdict was on its way already. */
  #silenceUntilLately(agentId: AgentId): number {
    const sinceMs = (this.#database().saidMs ?? this.#world.scheduler.nowMs) - verdictMs;
    return Math.max(0, ...(this.#returns.get(agentId) ?? []).filter(({ atMs }) => atMs >= sinceMs).map(({ silentMs }) => silentMs));
  }

  #isStillAgent(attemptId: AttemptId): boolean {
    const agentId = this.#database().attempts.records.get(attemptId)?.agentId;
    return agentId !== undefined && this.#database().agents.records.has(agentId);
  }

  #must(holds: boolean, breach: string): void {
    if (!holds) this.#world.breaches.push(breach);
  }
}

const stillUnderWay = (deeds: readonly Deed[] = []): readonly Deed[] => deeds.filter((deed) => deed.isUnderWay);

const isSameButFolded = (before: AttemptRecord, after: AttemptRecord): boolean => {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof AttemptRecord>;
  return [...fields].every((field) => field === 'folded' || before[field] === after[field]);
};

const name = ({ _id }: AttemptRecord): string => `attempt ${short(_id)}`;
