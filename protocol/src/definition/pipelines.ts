import { Type, type Static } from '@sinclair/typebox';
import { rule } from '../shared/faults.js';
import { EndpointId } from '../shared/ids.js';
import { Closed, OneOf, Variants } from '../shared/schema.js';
import { ExecutorChoice, JobDefinition } from './jobs.js';
import { Alias, Key, Label, Line, Lines, Name, ParameterName, RefName } from './names.js';
import { Parameter } from './parameters.js';

/** S2: `https:`, `http:`, `ssh:`, `user@host:path`, or a folder below one that an administrator allowed. */
export const RepositoryUrl = Type.String({
  minLength: 1,
  maxLength: 1_000,
  pattern:
    '^(?:https?://|ssh://|file:///)[^\\u0000-\\u0020\\u007f]+$|^/[^\\u0000-\\u001f\\u007f]+$|^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9_\\[][A-Za-z0-9_.\\[\\]:-]*:[^\\u0000-\\u0020\\u007f]+$',
  ...rule('an address that begins with https://, http://, ssh:// or user@host:, or an absolute folder'),
});

export const GitSource = Closed({
  type: Type.Literal('git'),
  alias: Type.Optional(Alias),
  url: RepositoryUrl,
  endpoint: Type.Optional(Name),
  defaultBranch: RefName,
});
export const Source = Variants('type', [GitSource]);
export type Source = Static<typeof Source>;

export const RecoveryPolicy = Closed({
  waitSeconds: Type.Integer({ minimum: 0, maximum: 604_800, description: 'G6: how long a silent agent is waited for' }),
  then: OneOf(['rerun', 'fail']),
});
export type RecoveryPolicy = Static<typeof RecoveryPolicy>;

export const BuildTask = Closed({
  key: Key,
  name: Name,
  type: Type.Literal('build'),
  job: Name,
  parameters: Type.Optional(Type.Record(ParameterName, Lines(20_000), { additionalProperties: false, maxProperties: 200 })),
  labels: Type.Optional(Type.Array(Label, { maxItems: 20, uniqueItems: true })),
  executor: Type.Optional(ExecutorChoice),
  timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
  recovery: Type.Optional(RecoveryPolicy),
});
export const Task = Variants('type', [BuildTask]);
export type Task = Static<typeof Task>;

export const Stage = Closed({
  key: Key,
  name: Name,
  mode: OneOf(['serial', 'parallel']),
  alwaysRun: Type.Optional(Type.Boolean({ description: 'W1: its tasks cannot be unselected' })),
  tasks: Type.Array(Task, { minItems: 1, maxItems: 256 }),
});
export type Stage = Static<typeof Stage>;

export const Concurrency = Closed({
  maxRuns: Type.Integer({ minimum: 1, maximum: 100 }),
  whenFull: OneOf(['queue', 'refuse']),
});

/** Which finished runs are kept; what is absent is left to the farm's settings. */
export const RunRetention = Closed({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500, description: 'runs that ended longer ago are deleted' })),
  runs: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'at most so many of the newest runs are kept' })),
});
export type RunRetention = Static<typeof RunRetention>;

/** What a person makes: everything that a run of the pipeline follows, but the values of secrets. Jobs and endpoints are named. */
export const PipelineDefinition = Closed({
  name: Name,
  description: Type.Optional(Line(1_000)),
  sources: Type.Array(Source, { maxItems: 10 }),
  parameters: Type.Array(Parameter, { maxItems: 200 }),
  stages: Type.Array(Stage, { minItems: 1, maxItems: 50 }),
  concurrency: Type.Optional(Concurrency),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
  queueLimitSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_592_000 })),
  retention: Type.Optional(RunRetention),
});
export type PipelineDefinition = Static<typeof PipelineDefinition>;

/** C5: the file `drover.yaml`, which stands for itself: the pipeline and the jobs that its tasks call. */
export const PipelineFile = Closed(
  {
    drover: Type.Literal(1, { description: 'version of this file format' }),
    pipeline: PipelineDefinition,
    jobs: Type.Optional(Type.Array(JobDefinition, { maxItems: 200 })),
  },
  { $id: 'PipelineFile', description: 'drover.yaml' },
);
export type PipelineFile = Static<typeof PipelineFile>;

/** X7: what a run follows to its end, whatever is changed meanwhile: the definition with its jobs by value. Addressed by its digest. */
export const DefinitionSnapshot = Closed({
  schemaVersion: Type.Literal(1),
  pipeline: PipelineDefinition,
  jobs: Type.Array(JobDefinition),
  endpoints: Type.Optional(
    Type.Record(Name, EndpointId, {
      description: 'which endpoint each name meant when the run started; absent in snapshots of old versions',
    }),
  ),
});
export type DefinitionSnapshot = Static<typeof DefinitionSnapshot>;

export const defaultConcurrency = { maxRuns: 5, whenFull: 'queue' } as const;
export const defaultRecovery: RecoveryPolicy = { waitSeconds: 600, then: 'rerun' };
export const defaultQueueLimitSeconds = 86_400;
export const defaultTaskTimeoutSeconds = 21_600;
