import type { AgentId, AttemptId, OfferId, ProjectId, RunId } from '@drover/protocol';
import type { StepRecord } from '@drover/protocol/agent';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import type { Requirement, WaitingGroup } from '../../domain/placement/place.js';
import type { LiveSession } from '../agents/directory.js';
import type { Clock, Monotonic } from '../ports/environment.js';
import { Recent } from '../recent.js';

export interface StandingOffer {
  readonly offerId: OfferId;
  readonly agentId: AgentId;
}

/** An unfinished attempt with what is known of it in memory only. */
export interface LiveAttempt {
  record: AttemptRecord;
  offer?: StandingOffer;
  /** Agents whose accepts are being answered, once for each; it is offered to nobody meanwhile. */
  readonly accepting: AgentId[];
  /** Steps as the agent last told them. */
  steps?: readonly StepRecord[];
  /** The agent has shown that it knows of the claim. */
  isConfirmed: boolean;
  /** The session that was told yes last. */
  grantedTo?: LiveSession | undefined;
  /** Somebody looks at its log. */
  isWatched: boolean;
  /** On the monotonic clock. */
  readonly queuedMs: number;
  /** Agents that it is not offered to, until these moments of the monotonic clock. */
  readonly avoid: Map<AgentId, number>;
}

/** Who watches a run asks for each attempt once it has ended: so many are answered from memory, some 3 KB each. */
const endedKept = 1_000;

/** All unfinished attempts, in memory: what waits, grouped by what it asks for, and what each agent holds. Rebuilt at start-up. */
export class AttemptBoard {
  readonly #monotonic: Monotonic;
  readonly #clock: Clock;
  readonly #live = new Map<AttemptId, LiveAttempt>();
  readonly #groups = new Map<string, Map<AttemptId, LiveAttempt>>();
  readonly #held = new Map<AgentId, Set<AttemptId>>();
  readonly #offered = new Map<AgentId, Set<AttemptId>>();
  readonly #running = new Map<ProjectId, number>();
  readonly #ended = new Recent<AttemptId, AttemptRecord>(endedKept);

  constructor(ports: { readonly monotonic: Monotonic; readonly clock: Clock }) {
    this.#monotonic = ports.monotonic;
    this.#clock = ports.clock;
  }

  get(attemptId: AttemptId): LiveAttempt | undefined {
    return this.#live.get(attemptId);
  }

  /** The record of an attempt that is on the board, or left it a moment ago. An end is final: nothing about an attempt changes after it. */
  recordOf(attemptId: AttemptId): AttemptRecord | undefined {
    return this.#live.get(attemptId)?.record ?? this.#ended.get(attemptId);
  }

  /** Takes an attempt in as it is stored now; a finished one leaves the board. */
  put(record: AttemptRecord): LiveAttempt | undefined {
    const known = this.#live.get(record._id);
    if (known !== undefined) this.#unlist(known);
    if (record.state === 'finished') {
      this.#live.delete(record._id);
      this.#ended.keep(record._id, record);
      return undefined;
    }
    const live = known ?? this.#newLive(record);
    live.record = record;
    this.#live.set(record._id, live);
    this.#list(live);
    return live;
  }

  offer(live: LiveAttempt, offer: StandingOffer): void {
    live.offer = offer;
    setOf(this.#offered, offer.agentId).add(live.record._id);
  }

  endOffer(live: LiveAttempt): void {
    if (live.offer === undefined) return;
    removeFrom(this.#offered, live.offer.agentId, live.record._id);
    delete live.offer;
  }

  /** What waits and neither is on offer to anybody nor being accepted; that of the oldest run first in each group. */
  waiting(): readonly WaitingGroup[] {
    const nowMs = this.#monotonic.elapsedMs();
    return [...this.#groups.values()].flatMap((group) => {
      const attempts = [...group.values()]
        .filter((live) => live.offer === undefined && live.accepting.length === 0)
        .map((live) => waitingOf(live, nowMs))
        .sort(byRun);
      const [first] = group.values();
      return first === undefined || attempts.length === 0
        ? []
        : [{ requirement: requirementOf(first.record), priority: first.record.priority, attempts }];
    });
  }

  runningByProject(): ReadonlyMap<ProjectId, number> {
    return this.#running;
  }

  held(agentId: AgentId): readonly LiveAttempt[] {
    return [...(this.#held.get(agentId) ?? [])].flatMap((id) => this.#live.get(id) ?? []);
  }

  offeredTo(agentId: AgentId): readonly LiveAttempt[] {
    return [...(this.#offered.get(agentId) ?? [])].flatMap((id) => this.#live.get(id) ?? []);
  }

  /** Slots of the agent that are used or on offer. */
  usedSlots(agentId: AgentId): number {
    return (this.#held.get(agentId)?.size ?? 0) + (this.#offered.get(agentId)?.size ?? 0);
  }

  heldSlots(agentId: AgentId): number {
    return this.#held.get(agentId)?.size ?? 0;
  }

  queuedCount(): number {
    let count = 0;
    for (const group of this.#groups.values()) count += group.size;
    return count;
  }

  /** Attempts that wait, the most urgent and then those of the oldest run first. */
  queue(): readonly LiveAttempt[] {
    const all = [...this.#groups.values()].flatMap((group) => [...group.values()]);
    return all.sort((a, b) => b.record.priority - a.record.priority || byRun(a.record, b.record) || a.record.queuedAt - b.record.queuedAt);
  }

  all(): Iterable<LiveAttempt> {
    return this.#live.values();
  }

  get size(): number {
    return this.#live.size;
  }

  #newLive(record: AttemptRecord): LiveAttempt {
    const queuedMs = this.#monotonic.elapsedMs() - Math.max(0, this.#clock.now() - record.queuedAt);
    return { record, accepting: [], isConfirmed: false, isWatched: false, queuedMs, avoid: new Map() };
  }

  #list(live: LiveAttempt): void {
    const { record } = live;
    if (record.state === 'queued') return void groupOf(this.#groups, record).set(record._id, live);
    if (record.agentId !== undefined) setOf(this.#held, record.agentId).add(record._id);
    this.#running.set(record.projectId, (this.#running.get(record.projectId) ?? 0) + 1);
  }

  #unlist(live: LiveAttempt): void {
    this.endOffer(live);
    const { record } = live;
    if (record.state === 'queued') {
      const group = groupOf(this.#groups, record);
      group.delete(record._id);
      if (group.size === 0) this.#groups.delete(signatureOf(record));
      return;
    }
    if (record.agentId !== undefined) removeFrom(this.#held, record.agentId, record._id);
    const running = (this.#running.get(record.projectId) ?? 0) - 1;
    if (running > 0) this.#running.set(record.projectId, running);
    else this.#running.delete(record.projectId);
  }
}

export const requirementOf = ({ projectId, labels, executor, sample }: AttemptRecord): Requirement => ({
  projectId,
  labels,
  executor,
  sample,
});

/** Ids of runs sort by the time of their start. */
const byRun = (a: { readonly runId: RunId }, b: { readonly runId: RunId }): number => (a.runId < b.runId ? -1 : a.runId > b.runId ? 1 : 0);

function waitingOf(live: LiveAttempt, nowMs: number) {
  const attempt = { attemptId: live.record._id, runId: live.record.runId, waitedMs: Math.max(0, nowMs - live.queuedMs) };
  if (live.avoid.size === 0) return attempt;
  for (const [agentId, untilMs] of live.avoid) if (untilMs <= nowMs) live.avoid.delete(agentId);
  return live.avoid.size === 0 ? attempt : { ...attempt, avoid: new Set(live.avoid.keys()) };
}

const signatureOf = ({ projectId, labels, executor, sample, priority }: AttemptRecord): string =>
  [projectId, executor, sample, priority, ...[...labels].sort()].join(' ');

function groupOf(groups: Map<string, Map<AttemptId, LiveAttempt>>, record: AttemptRecord): Map<AttemptId, LiveAttempt> {
  const signature = signatureOf(record);
  const group = groups.get(signature) ?? new Map<AttemptId, LiveAttempt>();
  groups.set(signature, group);
  return group;
}

function setOf<K, V>(sets: Map<K, Set<V>>, key: K): Set<V> {
  const set = sets.get(key) ?? new Set<V>();
  sets.set(key, set);
  return set;
}

function removeFrom<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
