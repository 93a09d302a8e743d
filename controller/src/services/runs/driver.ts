import type { AttemptId, DefinitionId, RunId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { advance } from '../../domain/runs/advance.js';
import { newEffects } from '../../domain/runs/effects.js';
import { nextRecord, type RunRecord } from '../../domain/runs/record.js';
import type { Run, RunEffect, RunEvent } from '../../domain/runs/run.js';
import type { Background } from '../background.js';
import { persist, type Persistence } from '../persist.js';
import type { RunStore } from '../ports/engine/runs.js';
import type { Clock, CrashPoints, Ids, Log } from '../ports/environment.js';
import { Recent } from '../recent.js';

/** Who watches a run asks for it once more when it has ended, and so does a caller that waits for it. */
const finishedKept = 32;
/** How long an event that nobody waits for may wait for company before it is written. */
const lazyMs = 250;

export interface DriverPorts extends Persistence {
  readonly runs: RunStore;
  readonly definition: (definitionId: DefinitionId) => Promise<DefinitionSnapshot | undefined>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly crashPoints: CrashPoints;
  readonly background: Background;
  readonly log: Log;
  /** Other controllers may write runs too. */
  readonly isShared: boolean;
}

/** What a fold brought about; told after the write. */
export interface Fold {
  readonly before: RunRecord;
  readonly after: RunRecord;
  readonly events: readonly RunEvent[];
  readonly effects: readonly RunEffect[];
  readonly definition: DefinitionSnapshot;
}
export interface FoldListener {
  /** Carries the effects out; may get the same ones again. */
  folded(fold: Fold): void;
  /** These ends are part of their run now, or will never change it. */
  takenIn(attemptIds: readonly AttemptId[]): void;
  /** The place in the pipeline that a run was granted belongs to another already. */
  slotTaken(record: RunRecord): void;
  /** A run that was granted a place did not take it: it has ended, or has one already. */
  slotUnused(record: RunRecord, definition: DefinitionSnapshot): void;
  /** Somebody else has written the run: another controller, or the one before in its last moment, that may not have come to what it implies. */
  foundAhead(record: RunRecord, definition: DefinitionSnapshot): void;
}

interface Mailbox {
  events: RunEvent[];
  lazy: RunEvent[];
  waiting: Array<{ readonly resolve: () => void; readonly reject: (error: unknown) => void }>;
  record: RunRecord | undefined;
  /** The last write of the run that the listener knows of. */
  knownWriteId: string | undefined;
  /** A write of which it is not known whether it was applied. */
  unsure: Fold | undefined;
  draining: boolean;
  lazyTimer: boolean;
}

/** One mailbox per run: whatever happens to a run is folded into it here, all that has gathered in one write. */
export class RunDriver {
  readonly #ports: DriverPorts;
  readonly #listener: FoldListener;
  readonly #boxes = new Map<RunId, Mailbox>();
  readonly #finished = new Recent<RunId, RunRecord>(finishedKept);

  constructor(ports: DriverPorts, listener: FoldListener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  /** Resolves once the event is part of the stored run, or found to change nothing. Rejects when the controller closes before. */
  post(runId: RunId, ...events: readonly RunEvent[]): Promise<void> {
    const box = this.#boxOf(runId);
    box.events.push(...events);
    const done = new Promise<void>((resolve, reject) => box.waiting.push({ resolve, reject }));
    this.#drain(runId, box);
    return done;
  }

  /** For what need not be durable at once: waits a moment for other events to share a write with. */
  postLazily(runId: RunId, event: RunEvent): void {
    const box = this.#boxOf(runId);
    box.lazy.push(event);
    if (box.lazyTimer) return;
    box.lazyTimer = true;
    this.#ports.timers.after(lazyMs, () => {
      box.lazyTimer = false;
      if (box.lazy.length > 0) this.#drain(runId, box);
      else this.#forgetIfIdle(runId, box);
    });
  }

  /** The run as last written, from memory where it is being driven, or was until a moment ago. */
  async read(runId: RunId): Promise<RunRecord | undefined> {
    return this.#boxes.get(runId)?.record ?? this.#finished.get(runId) ?? (await this.#ports.runs.read(runId));
  }

  /** The run is deleted. */
  forget(runId: RunId): void {
    this.#finished.forget(runId);
  }

  /** Takes over a run that was just inserted or loaded, so that its first event needs no read. */
  adopt(record: RunRecord): void {
    const box = this.#boxOf(record._id);
    if (box.record === undefined) remember(box, record);
  }

  /** Takes a run as it was just read from the store. One that is newer than ours counts as written by another controller. */
  met(record: RunRecord, definition: DefinitionSnapshot): void {
    const box = this.#boxes.get(record._id);
    if (box?.record === undefined || box.draining || box.record.revision >= record.revision) return;
    this.#tellOfUntold(box, record, definition);
    remember(box, record);
  }

  #boxOf(runId: RunId): Mailbox {
    const known = this.#boxes.get(runId);
    if (known !== undefined) return known;
    const nothing = { record: undefined, knownWriteId: undefined, unsure: undefined };
    const box: Mailbox = { events: [], lazy: [], waiting: [], ...nothing, draining: false, lazyTimer: false };
    this.#boxes.set(runId, box);
    return box;
  }

  #drain(runId: RunId, box: Mailbox): void {
    if (box.draining) return;
    box.draining = true;
    this.#ports.background.run('fold', async () => {
      await Promise.resolve(); // whatever is posted in the same turn shares the write
      try {
        while (box.events.length + box.lazy.length > 0) await this.#foldAll(runId, box);
      } catch (error) {
        // only when this controller ends: what was posted meanwhile is folded by the next one
        box.events.length = 0;
        box.lazy.length = 0;
        for (const { reject } of box.waiting.splice(0)) reject(error);
        throw error;
      } finally {
        box.draining = false;
        this.#forgetIfIdle(runId, box);
      }
    });
  }

  async #foldAll(runId: RunId, box: Mailbox): Promise<void> {
    const events = [...box.lazy.splice(0), ...box.events.splice(0)];
    const waiting = box.waiting.splice(0);
    try {
      await persist('fold', this.#ports, () => this.#fold(runId, box, events));
    } catch (error) {
      waiting.forEach(({ reject }) => reject(error));
      throw error;
    }
    waiting.forEach(({ resolve }) => resolve());
  }

  async #fold(runId: RunId, box: Mailbox, given: readonly RunEvent[]): Promise<void> {
    let events = given;
    for (;;) {
      const isRemembered = box.record !== undefined;
      const newest = await this.#newest(runId, box);
      if (newest === undefined) return this.#ports.log.error('events for a run that is not there', { runId });
      const { record: before, definition } = newest;
      const run = this.#apply(before.run, events, definition);
      if (run === before.run && isRemembered && this.#ports.isShared) {
        box.record = undefined; // what another controller wrote since may be what the events speak of
        continue;
      }
      if (run === before.run) {
        remember(box, before);
        if (events.some(({ type }) => type === 'slotGranted')) this.#listener.slotUnused(before, definition);
        break;
      }
      const after = nextRecord(before, run, this.#ports.ids.next());
      const fold = { before, after, events, effects: newEffects(before.run, run), definition };
      const answer = await this.#write(box, fold);
      if (answer === 'slotTaken') events = events.filter((event) => event.type !== 'slotGranted');
      if (answer === 'slotTaken') this.#listener.slotTaken(before);
      if (answer !== 'written') continue;
      this.#listener.folded(fold);
      break;
    }
    const taken = events.flatMap((event) => (event.type === 'attemptFinished' ? [event.attemptId] : []));
    if (taken.length > 0) this.#listener.takenIn(taken);
  }

  #apply(run: Run, events: readonly RunEvent[], definition: DefinitionSnapshot): Run {
    const context = { definition, now: this.#ports.clock.now() };
    return events.reduce((at, event) => advance(at, event, context).run, run);
  }

  /** The run as it is stored. Writes that were not announced before are announced now. */
  async #newest(runId: RunId, box: Mailbox): Promise<{ record: RunRecord; definition: DefinitionSnapshot } | undefined> {
    const isRemembered = box.record !== undefined;
    const record = box.record ?? (await this.#ports.runs.read(runId));
    const definition = record && (await this.#ports.definition(record.definitionId));
    if (record === undefined || definition === undefined) return undefined;
    if (!isRemembered) this.#tellOfUntold(box, record, definition);
    return { record, definition };
  }

  /** A write that was applied, though its answer was an error; or one by somebody else. */
  #tellOfUntold(box: Mailbox, record: RunRecord, definition: DefinitionSnapshot): void {
    const { unsure, knownWriteId } = box;
    if (unsure !== undefined && record.revision >= unsure.after.revision) box.unsure = undefined; // before, it may be yet to come
    box.knownWriteId = record.lastWriteId;
    if (unsure !== undefined && record.lastWriteId === unsure.after.lastWriteId) this.#listener.folded(unsure);
    else if (knownWriteId !== undefined && record.lastWriteId !== knownWriteId) this.#listener.foundAhead(record, definition);
  }

  async #write(box: Mailbox, fold: Fold): Promise<'written' | 'stale' | 'slotTaken'> {
    const { runs, crashPoints } = this.#ports;
    const { after } = fold;
    this.#finished.forget(after._id);
    crashPoints.reach('controller.fold.before');
    const answer = await runs.replace(after).catch((error: unknown) => {
      box.record = undefined;
      box.unsure = fold;
      throw error;
    });
    crashPoints.reach('controller.fold.after');
    if (answer === 'written') box.unsure = undefined; // what it was about cannot be applied any more
    if (answer === 'written') remember(box, after);
    else box.record = undefined;
    return answer;
  }

  #forgetIfIdle(runId: RunId, box: Mailbox): void {
    const idle = !box.draining && !box.lazyTimer && box.events.length + box.lazy.length === 0;
    if (!idle || (box.record !== undefined && box.record.state !== 'finished')) return;
    if (box.record !== undefined && !this.#ports.isShared) this.#finished.keep(runId, box.record); // another controller may open it again
    this.#boxes.delete(runId);
  }
}

function remember(box: Mailbox, record: RunRecord): void {
  box.record = record;
  box.knownWriteId = record.lastWriteId;
}
