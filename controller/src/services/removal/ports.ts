import type { AgentId, DefinitionId, EndpointId, Instant, JobId, PipelineId, ProjectId, RunId, TokenId } from '@drover/protocol';
import type { LogIdentity } from '../ports/logs.js';

/** What has been deleted and is being taken out of the store, bit by bit. The note goes last, so that a crash loses nothing of it. */
export type Removal = {
  readonly _id: string;
  readonly schemaVersion: 1;
  /** As people know it: for the list of what is being deleted. */
  readonly name: string;
  readonly requestedAt: Instant;
} & (
  | { readonly kind: 'run'; readonly runId: RunId }
  | { readonly kind: 'pipeline'; readonly pipelineId: PipelineId }
  | { readonly kind: 'project'; readonly projectId: ProjectId }
  /** A snapshot that no run may refer to any more. */
  | { readonly kind: 'definition'; readonly definitionId: DefinitionId }
);

/** Snapshots, or everything else. */
export type RemovalPart = 'things' | 'definitions';

export interface RemovalStore {
  /** Noting the same twice changes nothing. */
  note(removals: readonly Removal[]): Promise<void>;
  /** The oldest first, those of one moment by their ids; from behind one of them on. */
  pending(part: RemovalPart, limit: number, after?: Pick<Removal, '_id' | 'requestedAt'>): Promise<readonly Removal[]>;
  /** How many there are, and the oldest ones that are not of a run or definition alone. */
  overview(limit: number): Promise<{ readonly total: number; readonly things: readonly Removal[] }>;
  done(removalId: string): Promise<void>;
}

export interface RunToRemove {
  readonly runId: RunId;
  readonly projectId: ProjectId;
  readonly pipelineId: PipelineId;
  readonly number: number;
  readonly definitionId: DefinitionId;
  readonly isFinished: boolean;
}

/** Runs older than both, or beyond the number that is kept. */
export interface RunsToExpire {
  /** The newest ones stay, whatever their age. */
  readonly always: number;
  readonly finishedBefore?: Instant;
  /** At most so many stay. */
  readonly most?: number;
}

/** What deleting reads and takes out of the store. Every method may be repeated. */
export interface Remains {
  run(runId: RunId): Promise<RunToRemove | undefined>;
  /** False where it is not finished, or not there. */
  dropFinishedRun(runId: RunId): Promise<boolean>;
  runsOf(pipelineId: PipelineId, limit: number): Promise<readonly RunToRemove[]>;
  expired(pipelineId: PipelineId, rule: RunsToExpire, limit: number): Promise<readonly RunToRemove[]>;
  countRuns(pipelineIds: readonly PipelineId[]): Promise<number>;
  logsOf(runId: RunId): Promise<readonly LogIdentity[]>;
  /** Attempts and timeline of a run. */
  dropPartsOfRun(runId: RunId): Promise<void>;
  refersTo(definitionId: DefinitionId): Promise<boolean>;
  /** Those that are hidden and not noted yet: of a crash, or of a version that only hid them. */
  hidden(): Promise<{
    readonly pipelines: ReadonlyArray<{ readonly _id: PipelineId; readonly name: string; readonly deletedAt: Instant }>;
    readonly projects: ReadonlyArray<{ readonly _id: ProjectId; readonly name: string; readonly deletedAt: Instant }>;
  }>;
  /** All pipelines, hidden ones too. */
  pipelinesOf(projectId: ProjectId): Promise<readonly PipelineId[]>;
  /** The record of a pipeline with its secrets, who ran it and whose favourite it is. */
  dropPipeline(pipelineId: PipelineId): Promise<void>;
  partsOfProject(projectId: ProjectId): Promise<{
    readonly jobs: readonly JobId[];
    readonly endpoints: readonly EndpointId[];
    readonly agents: readonly AgentId[];
    readonly tokens: readonly TokenId[];
  }>;
  dropProject(projectId: ProjectId): Promise<void>;
}
