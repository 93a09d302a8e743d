import type { PipelineId, RunId } from '@drover/protocol';
import { defaultConcurrency, type DefinitionSnapshot } from '@drover/protocol/definition';
import type { PendingStart, PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import { advance } from '../../../domain/runs/advance.js';
import { recordOf, type RunRecord } from '../../../domain/runs/record.js';
import { persist } from '../../persist.js';
import type { StartNotes } from './notes.js';
import type { StartPorts } from './ports.js';
import { runOf } from './preparation.js';

/** A store that refuses a run so often without having it will not take it. */
const mostRefusals = 5;

/** The store refuses the run for good. */
export class RunUnstorable extends Error {
  constructor({ _id, number }: Pick<RunRecord, '_id' | 'number'>) {
    super(`run ${_id} (number ${number}) cannot be stored: another run of its pipeline has its number or key`);
    this.name = 'RunUnstorable';
  }
}

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
    const record = await this.#insertOnce(fresh, definition).catch((error: unknown) => {
      this.#endInserting(fresh._id, inserting);
      slots.arrived(pipeline._id, pending.number);
      throw error;
    });
    const newest = inserting.folded ?? record;
    this.#endInserting(fresh._id, inserting);
    crashPoints.reach('controller.start.inserted');
    slots.arrived(pipeline._id, pending.number);
    if (record._id === fresh._id) this.#ports.opened(record, definition, newest);
    this.#notes.inserted(pipeline._id, pending.runId);
    return newest;
  }

  /** The run was written: a person who saw it in the store may have stopped it before its insertion was answered here. */
  folded(record: RunRecord): void {
    const inserting = this.#inserting.get(record._id);
    if (inserting !== undefined) inserting.folded = record;
  }

  /** Its run is in the store, or is being put there by this controller. */
  isKnown(pipelineId: PipelineId, { runId, number }: PendingStart): boolean {
    return this.#notes.isInserted(pipelineId, runId) || this.#inserting.has(runId) || this.#ports.slots.isArriving(pipelineId, number);
  }

  #endInserting(runId: RunId, inserting: Inserting): void {
    inserting.starts -= 1;
    if (inserting.starts === 0) this.#inserting.delete(runId);
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
    let candidate = first;
    const stored = await persist('insert run', this.#ports, async (trial) => {
      if ((await runs.insert(candidate)) === 'inserted') return this.#entered(candidate);
      candidate = fresh;
      const known = await runs.read(fresh._id);
      if (slot !== undefined) slots.release(fresh.pipelineId, fresh._id); // it was inserted before, maybe without; or another run has that slot
      if (known !== undefined) return known;
      if ((await runs.insert(fresh)) === 'inserted') return fresh;
      const there = (await runs.read(fresh._id)) ?? (await this.#sameKey(fresh));
      if (there === undefined && trial < mostRefusals) throw new Error('the store refused a run and does not have it');
      return there;
    });
    if (stored === undefined) throw new RunUnstorable(fresh);
    return stored;
  }

  /** Another start with the same key was inserted first. */
  async #sameKey({ pipelineId, idempotencyKey }: RunRecord): Promise<RunRecord | undefined> {
    return idempotencyKey === undefined ? undefined : this.#ports.runs.byKey(pipelineId, idempotencyKey);
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
