import type { Instant, PipelineId, ProjectId } from '@drover/protocol';
import type { PipelineRow, PipelineTally, RunSummary } from '@drover/protocol/api';
import type { Static } from '@sinclair/typebox';

/** What the list shows of a pipeline's runs (L1). `lastRuns`: at most 12, oldest first. */
export interface PipelineRuns {
  readonly newestRun?: RunSummary;
  readonly lastRuns: PipelineRow['lastRuns'];
  readonly activeRuns: number;
  readonly queuedRuns: number;
}

/** What lists of pipelines and projects ask of the runs. */
export interface RunSummaries {
  /** Newest run of each pipeline that has one: for filters and sorting over many. */
  newest(pipelineIds: readonly PipelineId[]): Promise<ReadonlyMap<PipelineId, RunSummary>>;
  /** All that a page of the list shows; every asked pipeline is in the answer. */
  ofPipelines(pipelineIds: readonly PipelineId[]): Promise<ReadonlyMap<PipelineId, PipelineRuns>>;
  /** Pipelines of these projects that a person with this id or this very name, whatever its case, has ever run (L3). */
  everRunBy(person: string, projects: 'all' | ReadonlySet<ProjectId>): Promise<ReadonlySet<PipelineId>>;
  /** X4: runs of the pipeline that hold a place. */
  active(pipelineId: PipelineId): number;
  tally(projects: 'all' | ReadonlySet<ProjectId>, since: Instant): Promise<Static<typeof PipelineTally>>;
  ofProject(
    projectId: ProjectId,
    since: Instant,
  ): Promise<{ readonly running: number; readonly failedToday: number; readonly lastRunAt?: Instant }>;
}
