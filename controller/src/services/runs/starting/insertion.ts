import type { PipelineId, RunId } from '@drover/protocol';
import { defaultConcurrency, type DefinitionSnapshot } from '@drover/protocol/definition';
import type { PendingStart, PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import { advance } from '../../../domain/runs/advance.js';
import { recordOf, type RunRecord } from '../../../domain/runs/record.js';
import { persist } from '../../persist.js';
import type { StartNotes } from './notes.js';
import type { StartPorts } from './ports.js';
import { runOf } from './preparation.js';

/** Puts the runs of noted starts into the store. Deterministic, so doing it twice does it once. */
export class RunInsertion {
  readonly #ports: StartPorts;
  readonly #notes: StartNotes;
  /** Runs whose insertion was not answered yet, as they were folded meanwhile. */
  readonly #inserting = new Map<RunId, Inserting>();

  constructor(ports: StartPorts, notes: StartNotes) {
    this.#ports = ports;
    this.#notes = notes;
  }

  /** Answers the run as it is by now. */
  async insert(pipeline: PipelineRecord, pending: PendingStart, definition: DefinitionSnapshot): Promise<RunRecord> {
    const { slots, crashPoints, zone } = this.#ports;
    const { idempotencyKey, requestDigest } = pending;
    const keys = { ...(idempotencyKey === undefined ? {} : { idempotencyKey }), ...(requestDigest === undefined ? {} : { requestDigest }) };
    const fresh = recordOf(runOf({ pipeline, pending, definition, zone }), { revision: 1, lastWriteId: pending.runId, ...keys });
    const inserting = this.#beginInserting(fresh._id);
    const record = await this.#insertOnce(fresh, definition);
    const newest = inserting.folded ?? record;
    inserting.starts -= 1;
    if (inserting.starts === 0) this.#inserting.delete(fresh._id);
    crashPoints.reach('controller.start.inserted');
    slots.arrived(pipeline._id, pending.number);
    this.#ports.opened(record, definition, newest);
    this.#notes.inserted(pipeline._id, pending.runId);
    return newest;
  }

  /** The run was written: whoever saw it in the store may have stopped it before its insertion was answered here. */
  folded(record: RunRecord): void {
    const inserting = this.#inserting.get(record._id);
    if (inserting !== undefined) inserting.folded = record;
  }

  /** Its run is in the store, or is being put there by this controller. */
  isKnown(pipelineId: PipelineId, { runId, number }: PendingStart): boolean {
    return this.#notes.isInserted(pipelineId, runId) || this.#inserting.has(runId) || this.#ports.slots.isArriving(pipelineId, number);
  }

  #beginInserting(runId: RunId): Inserting {
    const inserting = this.#inserting.get(runId) ?? { starts: 0, folded: undefined };
    inserting.starts += 1;
    this.#inserting.set(runId, inserting);
    return inserting;
  }

  /** Where nothing waits before it, the run enters the store with its slot, which saves the write that would grant it. */
  async #insertOnce(fresh: RunRecord, definition: DefinitionSnapshot): Promise<RunRecord> {
    const { runs, slots, clock } = this.#ports;
    const { maxRuns } = definition.pipeline.concurrency ?? defaultConcurrency;
    const slot = slots.grantArriving(fresh.pipelineId, { runId: fresh._id, number: fresh.number, limit: maxRuns });
    const started =
      slot === undefined ? undefined : advance(fresh.run, { type: 'slotGranted', slot }, { definition, now: clock.now() }).run;
    const first = started === undefined ? fresh : recordOf(started, fresh);
    return persist('insert run', this.#ports, async () => {
      if ((await runs.insert(first)) === 'inserted') return this.#entered(first);
      const known = await runs.read(fresh._id);
      if (slot !== undefined) slots.release(fresh.pipelineId, fresh._id); // it was inserted before, maybe without; or another run has that slot
      if (known !== undefined) return known;
      return (await runs.insert(fresh)) === 'inserted' ? fresh : ((await runs.read(fresh._id)) ?? fresh);
    });
  }

  #entered(record: RunRecord): RunRecord {
    if (record.runSlot !== undefined) this.#ports.crashPoints.reach('controller.slot.granted');
    return record;
  }
}

interface Inserting {
  /** Starts with the same key that put the run in, each by itself. */
  starts: number;
  folded: RunRecord | undefined;
}
