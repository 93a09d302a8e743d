import type { Instant, Outcome, PipelineId, ProjectId, RunId, RunState, UserId } from '@drover/protocol';
import type { RunEventView } from '@drover/protocol/api';
import type { RunRecord } from '../../../domain/runs/record.js';

export interface RunFilter {
  readonly pipelineId: PipelineId;
  readonly from?: Instant;
  readonly to?: Instant;
  /** As people are shown it: a run whose first task has not begun is `queued`. */
  readonly shown?: RunState;
  readonly outcome?: Outcome;
}

/** Runs. Each method is one operation on the store; one that throws may or may not have been applied. */
export interface RunStore {
  /** `exists`: a run of that id, or of that idempotency key in the pipeline, is there already. */
  insert(record: RunRecord): Promise<'inserted' | 'exists'>;
  read(runId: RunId): Promise<RunRecord | undefined>;
  /** Puts the record in the place of the one with the revision before it. `slotTaken`: another run of the pipeline holds its slot. */
  replace(record: RunRecord): Promise<'written' | 'stale' | 'slotTaken'>;
  unfinished(): Promise<readonly RunRecord[]>;
  byKey(pipelineId: PipelineId, idempotencyKey: string): Promise<RunRecord | undefined>;
  byNumber(pipelineId: PipelineId, number: number): Promise<RunRecord | undefined>;
  /** Newest number first. */
  newest(pipelineId: PipelineId, limit: number): Promise<readonly RunRecord[]>;
  page(
    filter: RunFilter,
    window: { readonly skip: number; readonly limit: number },
  ): Promise<{ readonly records: readonly RunRecord[]; readonly total: number }>;
  count(question: {
    readonly projects: 'all' | readonly ProjectId[];
    readonly shown?: readonly RunState[];
    readonly outcome?: Outcome;
    readonly finishedSince?: Instant;
  }): Promise<number>;
  lastStart(projectId: ProjectId): Promise<Instant | undefined>;
}

/** Who has ever run which pipeline (L3). */
export interface RunnerRecord {
  readonly _id: string;
  readonly projectId: ProjectId;
  readonly pipelineId: PipelineId;
  readonly userId: UserId;
  readonly name: string;
}
export interface RunnerStore {
  /** Once per pipeline and person; harmless when repeated. */
  remember(runner: RunnerRecord): Promise<void>;
  all(): Promise<readonly RunnerRecord[]>;
}

/** One entry of a run's timeline; its id sorts within the run and makes writing it twice harmless. */
export interface RunEventRecord extends RunEventView {
  readonly _id: string;
  readonly runId: RunId;
}
export interface RunEventStore {
  append(events: readonly RunEventRecord[]): Promise<void>;
  ofRun(runId: RunId): Promise<readonly RunEventRecord[]>;
}
