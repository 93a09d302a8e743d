import type { PipelineId, RunId } from '@drover/protocol';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import type { PipelineStartStore } from '../../services/ports/engine/pipelines.js';
import { frozen } from '../../domain/frozen.js';
import { nobody, type Witness } from './witness.js';

/** The start of pipelines in memory; `put` stands for the service that owns the rest of them. */
export class MemoryPipelines implements PipelineStartStore {
  readonly #pipelines = new Map<PipelineId, PipelineRecord>();
  readonly #witness: Witness<PipelineRecord>;

  constructor(witness: Witness<PipelineRecord> = nobody) {
    this.#witness = witness;
  }

  /** As they are stored now. */
  get records(): ReadonlyMap<PipelineId, PipelineRecord> {
    return this.#pipelines;
  }

  put(record: PipelineRecord): void {
    const before = this.#pipelines.get(record._id);
    this.#pipelines.set(record._id, frozen(record));
    this.#witness(before, record);
  }

  read(pipelineId: PipelineId): Promise<PipelineRecord | undefined> {
    return Promise.resolve(this.#pipelines.get(pipelineId));
  }

  number(before: PipelineRecord, start: Parameters<PipelineStartStore['number']>[1]): Promise<PipelineRecord | undefined> {
    const stored = this.#pipelines.get(before._id);
    if (
      stored === undefined ||
      stored.deletedAt !== undefined ||
      stored.version !== before.version ||
      stored.nextNumber !== before.nextNumber ||
      (before.sample === true && stored.sample !== true) ||
      stored.pendingStarts.length !== before.pendingStarts.length
    )
      return Promise.resolve(undefined);
    const waiting = before.pendingStarts.filter(({ runId }) => start.inserted?.has(runId) !== true);
    const change = { nextNumber: stored.nextNumber + 1, autoIncrement: start.autoIncrement, pendingStarts: [...waiting, start.pending] };
    this.put({ ...stored, ...change });
    const next = { ...before, ...change };
    return Promise.resolve(next);
  }

  settle(pipelineId: PipelineId, runIds: readonly RunId[]): Promise<void> {
    const stored = this.#pipelines.get(pipelineId);
    if (stored !== undefined) this.put({ ...stored, pendingStarts: stored.pendingStarts.filter((start) => !runIds.includes(start.runId)) });
    return Promise.resolve();
  }

  withPending(): Promise<readonly PipelineRecord[]> {
    return Promise.resolve([...this.#pipelines.values()].filter((record) => record.pendingStarts.length > 0));
  }
}
