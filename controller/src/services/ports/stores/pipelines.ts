import type { DefinitionId, Instant, PipelineId, ProjectId, UserId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import type { Inserted } from './accounts.js';
import type { Replaced } from './projects.js';

/** What lists need of a pipeline: not its stages. */
export interface PipelineHead {
  readonly _id: PipelineId;
  readonly projectId: ProjectId;
  readonly name: string;
  readonly createdBy: UserId;
}

export interface PipelineChange extends Pick<PipelineRecord, 'definition' | 'nameKey' | 'secrets' | 'changedAt' | 'changedBy'> {
  /** Auto-increment parameters whose value was typed again, or that are gone. */
  readonly resetAutoIncrement: readonly string[];
}

/** Deleted pipelines are as if they were not there. What runs need of a pipeline (numbers, pending starts) is written by their own store. */
export interface PipelineStore {
  insert(pipeline: PipelineRecord): Promise<Inserted>;
  byId(pipelineId: PipelineId): Promise<PipelineRecord | undefined>;
  ofProject(projectId: ProjectId): Promise<readonly PipelineRecord[]>;
  heads(projects: 'all' | ReadonlySet<ProjectId>): Promise<readonly PipelineHead[]>;
  replace(pipelineId: PipelineId, version: number, change: PipelineChange): Promise<Replaced>;
  /** Takes the mark of the sample off: something that they call was changed. */
  unmarkSamples(pipelineIds: readonly PipelineId[]): Promise<void>;
  /** False where it is gone already, or a run was started since it had this next number. */
  remove(pipeline: { readonly _id: PipelineId; readonly nextNumber: number }, at: Instant): Promise<boolean>;
}

export interface FavouriteStore {
  of(userId: UserId): Promise<ReadonlySet<PipelineId>>;
  add(userId: UserId, pipelineId: PipelineId): Promise<void>;
  remove(userId: UserId, pipelineId: PipelineId): Promise<void>;
  removeAllOf(userId: UserId): Promise<void>;
}

export interface DefinitionStore {
  /** Storing what is there already changes nothing. */
  put(definitionId: DefinitionId, snapshot: DefinitionSnapshot): Promise<void>;
  get(definitionId: DefinitionId): Promise<DefinitionSnapshot | undefined>;
  remove(definitionId: DefinitionId): Promise<void>;
}
