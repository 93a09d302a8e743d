import { Type, type Static } from '@sinclair/typebox';
import { JobDefinition } from '../definition/jobs.js';
import { Lines, ParameterName } from '../definition/names.js';
import { PipelineDefinition, RepositoryUrl } from '../definition/pipelines.js';
import { Instant, JobId, PipelineId, ProjectId } from '../shared/ids.js';
import { Closed, OneOf } from '../shared/schema.js';
import { Status } from '../shared/status.js';
import { created, pageQuery, PersonRef } from './common.js';
import { RunSummary } from './runs.js';

export const Job = Closed({
  id: JobId,
  projectId: ProjectId,
  version: Type.Integer(),
  definition: JobDefinition,
  ...created,
  changedAt: Instant,
  changedBy: PersonRef,
  usedBy: Type.Array(Closed({ pipelineId: PipelineId, pipeline: Type.String(), task: Type.String() })),
});
export type Job = Static<typeof Job>;
/** `version`: the one that was edited; another one since is refused with `versionConflict`. */
export const SaveJob = Closed({ definition: JobDefinition, version: Type.Optional(Type.Integer({ minimum: 1 })) });

/** Values of secret parameters by name: given ones are set, null removes, absent ones stay as they are. */
export const SecretValues = Type.Record(ParameterName, Type.Union([Lines(20_000), Type.Null()]), {
  additionalProperties: false,
  maxProperties: 200,
});
export const SavePipeline = Closed({
  definition: PipelineDefinition,
  secrets: Type.Optional(SecretValues),
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  copyOf: Type.Optional(PipelineId),
  sample: Type.Optional(
    Type.Boolean({ description: 'administrators only: its runs, as long as nobody changes it, may go where tasks cannot be kept apart' }),
  ),
});
/** What saving would refuse; `pipelineId` names the pipeline that it would be saved over. */
export const ValidatePipeline = Closed({ ...SavePipeline.properties, pipelineId: Type.Optional(PipelineId) });
export const Pipeline = Closed({
  id: PipelineId,
  projectId: ProjectId,
  projectName: Type.String(),
  version: Type.Integer(),
  definition: PipelineDefinition,
  secretsSet: Type.Array(ParameterName),
  activeRuns: Type.Integer({ description: 'X4: runs that hold a place of `concurrency.maxRuns`' }),
  autoIncrement: Type.Optional(
    Type.Record(ParameterName, Type.String(), {
      description: 'P5: values that the next run takes, where they have grown past the definition’s',
    }),
  ),
  ...created,
  changedAt: Instant,
  changedBy: PersonRef,
  favourite: Type.Boolean(),
  mayExecute: Type.Boolean(),
  mayModify: Type.Boolean(),
  mayDelete: Type.Boolean(),
  predefined: Type.Array(Type.String()),
});
export type Pipeline = Static<typeof Pipeline>;

/** A row of the list (L1). `lastRuns`: at most 12, oldest first. */
export const PipelineRow = Closed({
  id: PipelineId,
  projectId: ProjectId,
  projectName: Type.String(),
  name: Type.String(),
  favourite: Type.Boolean(),
  activeRuns: Type.Integer(),
  queuedRuns: Type.Integer(),
  newestRun: Type.Optional(RunSummary),
  lastRuns: Type.Array(Closed({ number: Type.Integer(), status: Status, durationMs: Type.Optional(Type.Integer()) })),
  mayExecute: Type.Boolean(),
  mayModify: Type.Boolean(),
  mayDelete: Type.Boolean(),
  createdBy: PersonRef,
});
export type PipelineRow = Static<typeof PipelineRow>;
export const pipelineListQuery = {
  ...pageQuery,
  projectId: Type.Optional(ProjectId),
  filter: Type.Optional(OneOf(['all', 'createdByMe', 'lastRunByMe', 'favourites'])),
  person: Type.Optional(Type.String({ maxLength: 64, description: 'L3: id or exact name of a person' })),
  search: Type.Optional(Type.String({ maxLength: 100 })),
  sort: Type.Optional(OneOf(['name', 'lastStart', 'duration'])),
  order: Type.Optional(OneOf(['ascending', 'descending'])),
};
/** The tally above the list: what runs, waits, failed today, over all that the person may see. */
export const PipelineTally = Closed({ running: Type.Integer(), queued: Type.Integer(), failedToday: Type.Integer() });

export const ImportPipeline = Closed({
  yaml: Type.String({ minLength: 1, maxLength: 1_000_000 }),
  secrets: Type.Optional(SecretValues),
  /** `keep`: a job of the same name that differs is a conflict; `replace`: it is replaced. */
  jobs: Type.Optional(OneOf(['keep', 'replace'])),
  /** Import over this pipeline rather than as a new one. */
  pipelineId: Type.Optional(PipelineId),
  dryRun: Type.Optional(Type.Boolean()),
});
export const ImportResult = Closed({
  pipelineId: Type.Optional(PipelineId),
  created: Type.Boolean(),
  jobsCreated: Type.Array(Type.String()),
  jobsReplaced: Type.Array(Type.String()),
  secretsMissing: Type.Array(ParameterName),
});

export const ListRefs = Closed({ url: RepositoryUrl, endpoint: Type.Optional(Type.String({ maxLength: 64 })) });
export const Refs = Closed({
  defaultBranch: Type.Optional(Type.String()),
  branches: Type.Array(Closed({ name: Type.String(), commit: Type.String() })),
  tags: Type.Array(Closed({ name: Type.String(), commit: Type.String() })),
  truncated: Type.Boolean(),
});
export type Refs = Static<typeof Refs>;
