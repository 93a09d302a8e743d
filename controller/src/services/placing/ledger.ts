import type { AgentId, AttemptId, OfferId, Outcome, Reason } from '@drover/protocol';
import type { AttemptResult } from '@drover/protocol/agent';
import type { AttemptRecord, StopDemand } from '../../domain/attempts/attempt.js';
import { activeStates, endingOf, finishedEvent, resultOf } from '../../domain/attempts/ending.js';
import type { RunEvent } from '../../domain/runs/run.js';
import { persist, type Persistence } from '../persist.js';
import type { AttemptExpectation, AttemptPatch, AttemptStore } from '../ports/engine/attempts.js';
import type { Clock, CrashPoints, Ids } from '../ports/environment.js';
import type { Background } from '../background.js';
import { Serial } from '../serial.js';
import type { LiveSession } from '../agents/directory.js';
import type { AttemptBoard, LiveAttempt } from './board.js';
import type { LogSealer } from './sealer.js';

export interface LedgerPorts extends Persistence {
  readonly attempts: AttemptStore;
  readonly board: AttemptBoard;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly crashPoints: CrashPoints;
  readonly background: Background;
  readonly sealer: LogSealer;
  /** Whether the agent has this session still, whatever other controllers have written since. */
  readonly isCurrent: (agentId: AgentId, session: LiveSession) => Promise<boolean>;
  /** The run is told; resolves when it has taken it in. */
  readonly post: (event: RunEvent & { readonly attemptId: AttemptId }) => Promise<void>;
  readonly postLazily: (event: RunEvent & { readonly attemptId: AttemptId }) => void;
}

export interface LedgerListener {
  queued(live: LiveAttempt): void;
  claimed(record: AttemptRecord): void;
  /** An agent holds the attempt by a claim that somebody else wrote, another controller or the one before in its last moment, or by one that it asked for again. */
  foundHeld(live: LiveAttempt): void;
  stopping(record: AttemptRecord): void;
  finished(record: AttemptRecord): void;
}

interface Claim {
  readonly agentId: AgentId;
  readonly offerId: OfferId;
  readonly slot: number;
}
type ChangeRefusal = 'stale' | 'slotTaken';

/** Every write to attempts: one after the other for each attempt, each conditional on state and fencing number, and the board after it. */
export class AttemptLedger {
  readonly #ports: LedgerPorts;
  readonly #listener: LedgerListener;
  readonly #serial = new Serial<AttemptId>();

  constructor(ports: LedgerPorts, listener: LedgerListener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  /** Puts new attempts into the queue; those that are there already stay as they are. */
  async queue(records: readonly AttemptRecord[]): Promise<void> {
    const { board, crashPoints } = this.#ports;
    const fresh = records.filter((record) => board.get(record._id) === undefined);
    if (fresh.length === 0) return;
    crashPoints.reach('controller.attempt.inserting');
    const inserted = this.#insert(fresh);
    await Promise.all(fresh.map((record) => this.#enter(record, inserted)));
  }

  async #insert(records: readonly AttemptRecord[]): Promise<ReadonlySet<AttemptId>> {
    const { attempts, crashPoints } = this.#ports;
    const inserted = new Set<AttemptId>();
    await persist('insert attempts', this.#ports, async () => (await attempts.insert(records)).forEach((id) => inserted.add(id)));
    crashPoints.reach('controller.attempt.inserted');
    return inserted;
  }

  /** Until the answer is there nothing else is done to the attempt. If something was under way already, only the store knows how it is now. */
  #enter(record: AttemptRecord, insertion: Promise<ReadonlySet<AttemptId>>): Promise<void> {
    const isFirst = !this.#serial.isBusy(record._id);
    return this.#serial.run(record._id, async () => {
      const inserted = await insertion;
      if (isFirst && inserted.has(record._id)) this.#place(record);
      else await this.#adopt(record._id);
    });
  }

  /**
   * The claim: from here on the agent holds the attempt. `stale`: it is no longer queued, or the connection that asks is
   * over; `slotTaken`: that slot is in use. `session`: the one that asks, if the agent has it still when it is called.
   * Asked again by another session than before, it is claimed again: whatever was judged by the claim before, and may reach
   * the store yet, is judged of nothing then.
   */
  claim(attemptId: AttemptId, claim: Claim, session: () => LiveSession | undefined): Promise<AttemptRecord | ChangeRefusal> {
    return this.#serial.run(attemptId, async () => {
      for (;;) {
        const live = this.#ports.board.get(attemptId);
        if (live === undefined) return 'stale';
        const { record } = live;
        const answer = await this.#claim(live, claim, session());
        // The store had it otherwise: that may be this very claim.
        if (answer !== 'stale' || this.#ports.board.get(attemptId)?.record === record) return answer;
      }
    });
  }

  async #claim(live: LiveAttempt, claim: Claim, session: LiveSession | undefined): Promise<AttemptRecord | ChangeRefusal> {
    const { record } = live;
    if (record.offerId === claim.offerId && record.agentId === claim.agentId && record.active) return this.#again(live, claim, session);
    if (record.state !== 'queued' || session === undefined) return 'stale';
    this.#ports.crashPoints.reach('controller.claim.before');
    const patch = { ...claim, state: 'running' as const, active: true, fencing: record.fencing + 1, startedAt: this.#ports.clock.now() };
    const answer = await this.#change(record, { states: ['queued'], fencing: record.fencing }, patch);
    this.#ports.crashPoints.reach('controller.claim.after');
    if (typeof answer === 'string') return answer;
    live.grantedTo = session;
    this.#ports.board.put(answer);
    this.#listener.claimed(answer);
    this.#tellStarted(answer);
    return answer;
  }

  /**
   * Another controller writes its session with the agent before it grants: a reader that knows its number, and looks then, sees
   * that the agent is there. Raised beyond that number, the claim would be taken from an agent that is at work.
   */
  async #again(live: LiveAttempt, { agentId }: Claim, session: LiveSession | undefined): Promise<AttemptRecord | ChangeRefusal> {
    const { record } = live;
    if (session === undefined || live.grantedTo === session || live.isConfirmed) return record;
    const isCurrent = await persist('read agent', this.#ports, () => this.#ports.isCurrent(agentId, session));
    if (!isCurrent) return record;
    const answer = await this.#change(record, { states: [record.state], fencing: record.fencing }, { fencing: record.fencing + 1 });
    this.#ports.crashPoints.reach('controller.claim.after');
    if (typeof answer === 'string') return answer;
    live.grantedTo = session;
    this.#ports.board.put(answer);
    this.#listener.foundHeld(live); // what it was waited for by the number before is over
    return answer;
  }

  /** The agent's result. `stale`: it does not hold the attempt; an end that was stored before is taken again. */
  finish(
    attemptId: AttemptId,
    holder: { readonly agentId: AgentId; readonly fencing: number },
    result: AttemptResult,
  ): Promise<'stored' | 'stale'> {
    return this.#serial.run(attemptId, async () => {
      const record =
        this.#ports.board.get(attemptId)?.record ??
        (await persist('read attempt', this.#ports, () => this.#ports.attempts.read(attemptId)));
      if (record === undefined || record.agentId !== holder.agentId || record.fencing !== holder.fencing) return 'stale';
      if (!record.active) return record.log === undefined ? 'stale' : 'stored';
      this.#ports.crashPoints.reach('controller.finished.before');
      const answer = await this.#change(
        record,
        { states: activeStates, fencing: record.fencing },
        resultOf(result, this.#ports.clock.now()),
      );
      this.#ports.crashPoints.reach('controller.finished.stored');
      if (typeof answer === 'string') return 'stale';
      this.#ended(answer);
      return 'stored';
    });
  }

  /** Ends an attempt that its agent will not end any more. */
  lose(attemptId: AttemptId, fencing: number, reason: Reason): Promise<boolean> {
    return this.#serial.run(attemptId, async () => {
      const record = this.#ports.board.get(attemptId)?.record;
      if (record === undefined || !record.active || record.fencing !== fencing) return false;
      const answer = await this.#change(record, { states: activeStates, fencing }, endingOf('lost', this.#ports.clock.now(), reason));
      this.#ports.crashPoints.reach('controller.lost.stored');
      if (typeof answer === 'string') return false;
      this.#ended(answer);
      return true;
    });
  }

  /** Ends an attempt that never began: its time in the queue is up, or it cannot be started as it is written. */
  abandon(attemptId: AttemptId, outcome: Outcome, reason: Reason): Promise<boolean> {
    return this.#serial.run(attemptId, () => this.#abandon(attemptId, outcome, reason));
  }

  /** A queued attempt ends at once; a running one is asked to stop; one that is not there yet will never begin. */
  stop(tombstone: AttemptRecord, { reason, atOnce }: Pick<StopDemand, 'reason' | 'atOnce'>): Promise<void> {
    const attemptId = tombstone._id;
    return this.#serial.run(attemptId, async () => {
      const { board, attempts, clock } = this.#ports;
      const at = clock.now();
      if (board.get(attemptId) === undefined) {
        await persist('insert tombstone', this.#ports, () => attempts.insert([{ ...tombstone, ...endingOf('stopped', at, reason) }]));
        await this.#adopt(attemptId);
      }
      // Has no effect where the store had it otherwise: then it stands here as it is there, and is stopped as that.
      let before: AttemptRecord | undefined;
      let record = board.get(attemptId)?.record;
      while (record !== undefined && isNews(record.stop, atOnce) && record !== before) {
        await this.#stop(record, { reason, ...(atOnce && { atOnce }) });
        before = record;
        record = board.get(attemptId)?.record;
      }
    });
  }

  async #stop(record: AttemptRecord, { reason, atOnce }: Pick<StopDemand, 'reason' | 'atOnce'>): Promise<void> {
    const { board, clock, crashPoints } = this.#ports;
    if (record.state === 'queued') return void (await this.#abandon(record._id, 'stopped', reason));
    const stop =
      record.stop === undefined ? { reason, at: clock.now(), ...(atOnce && { atOnce }) } : { ...record.stop, ...(atOnce && { atOnce }) };
    const answer = await this.#change(record, { states: activeStates, fencing: record.fencing }, { state: 'stopping', stop });
    crashPoints.reach('controller.stop.written');
    if (typeof answer === 'string') return;
    board.put(answer);
    this.#listener.stopping(answer);
  }

  /** Takes an attempt in that another controller has written. */
  async refresh({ _id, lastWriteId }: AttemptRecord): Promise<void> {
    const known = this.#ports.board.get(_id)?.record;
    if (known === undefined || known.lastWriteId !== lastWriteId) await this.#serial.run(_id, () => this.#adopt(_id));
  }

  /** Start-up: takes an attempt in as it is stored. */
  take(record: AttemptRecord): void {
    if (record.state === 'finished') return this.#tellRun(record);
    this.#place(record);
    if (record.active) this.#tellStarted(record); // the controller before may not have come to it
  }

  #tellStarted({ _id: attemptId, taskKey, number, startedAt }: AttemptRecord): void {
    if (startedAt !== undefined) this.#ports.postLazily({ type: 'attemptStarted', attemptId, taskKey, number, at: startedAt });
  }

  async #abandon(attemptId: AttemptId, outcome: Outcome, reason: Reason): Promise<boolean> {
    const record = this.#ports.board.get(attemptId)?.record;
    if (record?.state !== 'queued') return false;
    const answer = await this.#change(
      record,
      { states: ['queued'], fencing: record.fencing },
      endingOf(outcome, this.#ports.clock.now(), reason),
    );
    if (typeof answer === 'string') return false;
    this.#ended(answer);
    return true;
  }

  /** One conditional write, certain in the end: what was applied but not answered is recognised. */
  async #change(
    record: AttemptRecord,
    expected: AttemptExpectation,
    patch: Omit<AttemptPatch, 'lastWriteId'>,
  ): Promise<AttemptRecord | ChangeRefusal> {
    const { attempts, ids } = this.#ports;
    const marked = { ...patch, lastWriteId: ids.next() };
    const answer = await persist('change attempt', this.#ports, async (trial) => {
      if (trial > 1 && (await attempts.read(record._id))?.lastWriteId === marked.lastWriteId) return 'changed';
      return attempts.change(record._id, expected, marked);
    });
    if (answer === 'changed') return { ...record, ...marked };
    if (answer === 'stale') await this.#adopt(record._id);
    return answer;
  }

  async #adopt(attemptId: AttemptId): Promise<void> {
    const stored = await persist('read attempt', this.#ports, () => this.#ports.attempts.read(attemptId));
    if (stored === undefined) return;
    if (stored.folded) this.#left(stored);
    else if (stored.state === 'finished') this.#ended(stored);
    else this.#replace(stored);
  }

  #replace(stored: AttemptRecord): void {
    const known = this.#ports.board.get(stored._id)?.record;
    if (known !== undefined && known.lastWriteId === stored.lastWriteId) return;
    const live = this.#place(stored);
    if (live !== undefined && known?.fencing !== stored.fencing) live.isConfirmed = false; // what its agent was told is an older claim
    if (live !== undefined && stored.active) this.#listener.foundHeld(live);
    if (stored.active) this.#tellStarted(stored); // the writer may not have come to it
    if (stored.stop !== undefined) this.#listener.stopping(stored); // its agent may be connected here
  }

  #place(record: AttemptRecord): LiveAttempt | undefined {
    const live = this.#ports.board.put(record);
    if (live !== undefined && record.state === 'queued') this.#listener.queued(live);
    return live;
  }

  #ended(record: AttemptRecord): void {
    this.#left(record);
    this.#tellRun(record);
  }

  #left(record: AttemptRecord): void {
    this.#ports.board.put(record);
    this.#listener.finished(record);
  }

  /** The log is sealed before the run hears of the end: a run that has ended has whole logs, also when the controller dies in between. */
  #tellRun(record: AttemptRecord): void {
    const event = finishedEvent(record);
    this.#ports.background.run('tell run', async () => {
      if (record.fencing > 0) await this.#ports.sealer.seal(record);
      if (event?.type === 'attemptFinished') await this.#ports.post(event);
    });
  }
}

const isNews = (known: StopDemand | undefined, atOnce: true | undefined): boolean =>
  known === undefined || (atOnce === true && known.atOnce === undefined);
