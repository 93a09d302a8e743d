import type { AttemptId, DefinitionId, PipelineId, RunId } from '@drover/protocol';
import { defaultConcurrency, type DefinitionSnapshot } from '@drover/protocol/definition';
import { queuedAttempt } from '../../domain/attempts/queued.js';
import { impliedEffects } from '../../domain/runs/effects.js';
import type { RunRecord } from '../../domain/runs/record.js';
import type { RunEffect, RunEvent } from '../../domain/runs/run.js';
import { timelineOf } from '../../domain/runs/timeline.js';
import type { Background } from '../background.js';
import { Coalescer } from '../coalesce.js';
import { Deadlines } from '../deadlines.js';
import type { AttemptStore } from '../ports/engine/attempts.js';
import type { RunEventRecord, RunEventStore, RunStore } from '../ports/engine/runs.js';
import type { Clock, CrashPoints, Log, Timers } from '../ports/environment.js';
import type { Signals } from '../ports/signals.js';
import type { AttemptLedger } from '../placing/ledger.js';
import type { Fold, FoldListener } from './driver.js';
import type { SlotBook } from './slots.js';
import type { SourceResolver } from './sources.js';

/** Timeline entries and folded marks share their writes over this long. */
const gatherMs = 200;

export interface RunWorldPorts {
  readonly slots: SlotBook;
  readonly ledger: AttemptLedger;
  readonly sources: SourceResolver;
  readonly runs: RunStore;
  readonly runEvents: RunEventStore;
  readonly attempts: AttemptStore;
  readonly definition: (definitionId: DefinitionId) => Promise<DefinitionSnapshot | undefined>;
  readonly post: (runId: RunId, event: RunEvent) => Promise<void>;
  readonly adopt: (record: RunRecord) => void;
  readonly changed: (record: RunRecord, definition: DefinitionSnapshot) => void;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly signals: Signals;
  readonly crashPoints: CrashPoints;
  readonly background: Background;
  readonly log: Log;
}

/** Does in the world what a run's state implies. Everything here may happen twice, in any order. */
export class RunWorld implements FoldListener {
  readonly #ports: RunWorldPorts;
  readonly #queueDeadlines: Deadlines<RunId>;
  readonly #timeline: Coalescer<RunEventRecord>;
  readonly #taken: Coalescer<AttemptId>;

  constructor(ports: RunWorldPorts) {
    this.#ports = ports;
    this.#queueDeadlines = new Deadlines(ports.timers);
    this.#timeline = new Coalescer(ports, {
      name: 'append timeline',
      delayMs: gatherMs,
      handle: (events) => ports.runEvents.append(events),
    });
    this.#taken = new Coalescer(ports, {
      name: 'mark folded',
      delayMs: gatherMs,
      handle: async (ids) => {
        await ports.attempts.markFolded(ids);
        ports.crashPoints.reach('controller.folded.marked');
      },
    });
  }

  /** A run that was just inserted, or found at start-up. `inserted`: as it came into the store, when it has gone on since. */
  opened(record: RunRecord, definition: DefinitionSnapshot, inserted = record): void {
    const { slots, adopt, signals, clock } = this.#ports;
    slots.note(record, limitOf(definition));
    if (inserted.revision === 1) this.#timeline.add(openingOf(inserted));
    if (record.state === 'finished') return this.promote(record.pipelineId);
    adopt(record);
    if (record.state === 'queued') {
      this.#queueDeadlines.set(record._id, record.run.queueDeadline - clock.now(), () =>
        this.#post(record._id, { type: 'queueDeadlinePassed' }),
      );
    }
    this.#publish(record, definition);
    signals.publish({ type: 'farmChanged' });
    this.#perform(record, impliedEffects(record.run), definition);
    this.promote(record.pipelineId);
  }

  folded({ before, after, events, effects, definition }: Fold): void {
    const { slots, clock, sources, crashPoints } = this.#ports;
    slots.note(after, limitOf(definition));
    if (after.state !== 'queued') this.#queueDeadlines.clear(after._id);
    if (before.state === 'queued' && after.runSlot !== undefined) crashPoints.reach('controller.slot.granted');
    if (after.state === 'finished') sources.abandon(after._id);
    const entries = timelineOf(before.run, after.run, events, clock.now());
    this.#timeline.add(entries.map((entry, index) => ({ ...entry, runId: after._id, _id: entryId(after, index) })));
    this.#perform(after, effects, definition);
    this.#publish(after, definition);
  }

  takenIn(attemptIds: readonly AttemptId[]): void {
    this.#taken.add(attemptIds);
  }

  slotUnused(record: RunRecord, definition: DefinitionSnapshot): void {
    this.#ports.slots.note(record, limitOf(definition));
    this.promote(record.pipelineId);
  }

  foundAhead(record: RunRecord, definition: DefinitionSnapshot): void {
    const { slots, sources } = this.#ports;
    slots.note(record, limitOf(definition));
    if (record.state !== 'queued') this.#queueDeadlines.clear(record._id);
    if (record.state === 'finished') sources.abandon(record._id);
    this.#perform(record, impliedEffects(record.run), definition);
    this.#publish(record, definition);
  }

  slotTaken(record: RunRecord): void {
    this.#ports.log.warn('a slot was taken already; the pipeline is read again', { runId: record._id, pipelineId: record.pipelineId });
    this.#ports.background.run('read slots again', () => this.#reread(record));
  }

  /** Lets the next runs of the pipeline begin, as far as there are free slots. */
  promote(pipelineId: PipelineId): void {
    for (const { runId, slot } of this.#ports.slots.grants(pipelineId)) this.#post(runId, { type: 'slotGranted', slot });
  }

  /** Resolves when the timeline is in the store, as far as it goes. */
  settled(): Promise<void> {
    return this.#timeline.settled();
  }

  flush(): void {
    this.#queueDeadlines.close();
    this.#timeline.flush();
    this.#taken.flush();
  }

  #perform(record: RunRecord, effects: readonly RunEffect[], definition: DefinitionSnapshot): void {
    const { background, ledger, sources, slots, clock, crashPoints } = this.#ports;
    const attemptOf = (effect: Extract<RunEffect, { attemptId: AttemptId }>) => {
      const [, taskKey = '', number = '1'] = effect.attemptId.split('.');
      return queuedAttempt({ run: record.run, definition, attemptId: effect.attemptId, taskKey, number: Number(number) }, clock.now());
    };
    const queued = effects.flatMap((effect) => (effect.type === 'queueAttempt' ? (attemptOf(effect) ?? []) : []));
    if (queued.length > 0) background.run('queue attempts', () => ledger.queue(queued));
    for (const effect of effects) {
      if (effect.type === 'stopAttempt') {
        const tombstone = attemptOf(effect);
        if (tombstone !== undefined) background.run('stop attempt', () => ledger.stop(tombstone, effect));
      }
      if (effect.type === 'resolveSources') background.run('resolve sources', () => sources.resolve(record, definition));
      if (effect.type === 'releaseSlot') {
        crashPoints.reach('controller.slot.released');
        slots.release(record.pipelineId, record._id);
        this.promote(record.pipelineId);
      }
    }
  }

  #publish(record: RunRecord, definition: DefinitionSnapshot): void {
    const { _id: runId, projectId, pipelineId } = record;
    this.#ports.changed(record, definition);
    this.#ports.signals.publish({ type: 'runChanged', projectId, pipelineId, runId });
  }

  #post(runId: RunId, event: RunEvent): void {
    this.#ports.background.run('post event', () => this.#ports.post(runId, event));
  }

  /** Another run holds the slot that this one was to get: what memory says of the pipeline is wrong. */
  async #reread(record: RunRecord): Promise<void> {
    const { runs, slots, definition } = this.#ports;
    for (const other of await runs.unfinished()) {
      const snapshot = other.pipelineId === record.pipelineId ? await definition(other.definitionId) : undefined;
      if (snapshot === undefined) continue;
      if (other._id === record._id) slots.revert(other, limitOf(snapshot));
      else slots.note(other, limitOf(snapshot));
    }
    this.promote(record.pipelineId);
  }
}

const limitOf = (definition: DefinitionSnapshot): number => (definition.pipeline.concurrency ?? defaultConcurrency).maxRuns;
/** The first entries of a run's timeline; the same each time they are made. */
function openingOf(record: RunRecord): readonly RunEventRecord[] {
  const { by } = record.run.trigger;
  const queued = {
    _id: entryId({ ...record, revision: 0 }, 0),
    runId: record._id,
    at: record.queuedAt,
    type: 'runQueued',
    ...(by === undefined ? {} : { by }),
  };
  return record.startedAt === undefined
    ? [queued]
    : [queued, { _id: entryId(record, 0), runId: record._id, at: record.startedAt, type: 'runStarted' }];
}

const entryId = (record: Pick<RunRecord, '_id' | 'revision'>, index: number): string =>
  `${record._id}.${String(record.revision).padStart(8, '0')}.${String(index).padStart(4, '0')}`;
