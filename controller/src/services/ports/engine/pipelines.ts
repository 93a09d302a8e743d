import type { PipelineId, RunId } from '@drover/protocol';
import type { PendingStart, PipelineRecord } from '../../../domain/pipelines/pipeline.js';

/** The part of a pipeline that starting a run changes. */
export interface PipelineStartStore {
  read(pipelineId: PipelineId): Promise<PipelineRecord | undefined>;
  /**
   * Gives the number, takes the auto-increment values, notes the pending start and takes out those whose runs are
   * in the store, in one update; only if the definition's version, `nextNumber`, the notes and the mark of the sample
   * have not changed since the record was read. Answers the record with what it changed, undefined when it had changed before.
   */
  number(
    before: PipelineRecord,
    start: {
      readonly pending: PendingStart;
      readonly autoIncrement: Readonly<Record<string, string>>;
      readonly inserted?: ReadonlySet<RunId>;
    },
  ): Promise<PipelineRecord | undefined>;
  /** Takes pending starts out whose runs are in the store. */
  settle(pipelineId: PipelineId, runIds: readonly RunId[]): Promise<void>;
  /** Pipelines with pending starts, at start-up. */
  withPending(): Promise<readonly PipelineRecord[]>;
}
