import type { PipelineId, RunId } from '@drover/protocol';
import type { PendingStart, PipelineRecord } from '../../../domain/pipelines/pipeline.js';

/** The part of a pipeline that starting a run changes. */
export interface PipelineStartStore {
  read(pipelineId: PipelineId): Promise<PipelineRecord | undefined>;
  /**
   * Gives the number, takes the auto-increment values and notes the pending start, in one update; only if neither
   * the definition's version nor `nextNumber` has changed since the record was read. Answers the record after it, undefined when it had changed.
   */
  number(
    before: PipelineRecord,
    start: { readonly pending: PendingStart; readonly autoIncrement: Readonly<Record<string, string>> },
  ): Promise<PipelineRecord | undefined>;
  /** Takes pending starts out whose runs are in the store. */
  settle(pipelineId: PipelineId, runIds: readonly RunId[]): Promise<void>;
  /** Pipelines with pending starts, at start-up. */
  withPending(): Promise<readonly PipelineRecord[]>;
}
