import { Type, type Static } from '@sinclair/typebox';
import { RecoveryPolicy } from '../definition/pipelines.js';
import { FilledStep } from '../definition/jobs.js';
import { AttemptId, PipelineId, ProjectId, RunId } from '../shared/ids.js';
import { Closed, Variants } from '../shared/schema.js';

const NoCredentials = Closed({ kind: Type.Literal('none') });
const PasswordCredentials = Closed({
  kind: Type.Literal('password'),
  user: Type.String({ maxLength: 1_000 }),
  password: Type.String({ maxLength: 20_000 }),
});
const SshKeyCredentials = Closed({
  kind: Type.Literal('sshKey'),
  privateKey: Type.String({ maxLength: 20_000 }),
  knownHosts: Type.Optional(Type.String({ maxLength: 20_000 })),
});
export const GitCredentials = Variants('kind', [NoCredentials, PasswordCredentials, SshKeyCredentials]);
export type GitCredentials = Static<typeof GitCredentials>;

/** A repository with the one commit that every attempt of the run uses (S7). */
export const AttemptSource = Closed({
  alias: Type.Optional(Type.String()),
  primary: Type.Boolean(),
  url: Type.String({ maxLength: 1_000 }),
  ref: Closed({
    type: Type.Union([Type.Literal('branch'), Type.Literal('tag'), Type.Literal('commit')]),
    name: Type.String({ maxLength: 250 }),
  }),
  commit: Type.String({ pattern: '^[0-9a-f]{40}(?:[0-9a-f]{24})?$' }),
  credentials: GitCredentials,
  allowedFolders: Type.Array(Type.String(), { description: 'S2: folders below which a local repository may lie' }),
});
export type AttemptSource = Static<typeof AttemptSource>;

const AttemptShell = Closed({ type: Type.Literal('shell') });
const AttemptDocker = Closed({
  type: Type.Literal('docker'),
  image: Type.String(),
  pull: Type.Union([Type.Literal('ifNotPresent'), Type.Literal('always'), Type.Literal('never')]),
  registry: Type.Optional(Closed({ address: Type.String(), user: Type.String(), password: Type.String() })),
  cpus: Type.Optional(Type.Number()),
  memoryMb: Type.Optional(Type.Integer()),
  network: Type.Union([Type.Literal('bridge'), Type.Literal('none'), Type.Literal('host')]),
});
export const AttemptExecutor = Variants('type', [AttemptShell, AttemptDocker]);
export type AttemptExecutor = Static<typeof AttemptExecutor>;

/** Everything that an agent needs for one attempt. Fields of steps have their references put in; scripts are as written (P7). */
export const AttemptSpec = Closed({
  attemptId: AttemptId,
  runId: RunId,
  projectId: ProjectId,
  pipelineId: PipelineId,
  runNumber: Type.Integer(),
  projectName: Type.String(),
  pipelineName: Type.String(),
  taskKey: Type.String(),
  taskName: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  sample: Type.Boolean({ description: 'made by the controller itself; may run where tasks cannot be kept apart' }),
  steps: Type.Array(FilledStep),
  sources: Type.Array(AttemptSource),
  executor: AttemptExecutor,
  /** J5: parameters and predefined ones. The agent adds `CI` and the `DROVER_*` that only it knows. */
  environment: Type.Record(Type.String(), Type.String()),
  /** Values to mask before any byte leaves the machine (P3). */
  secrets: Type.Array(Type.String()),
  timeoutSeconds: Type.Integer({ minimum: 1 }),
  graceSeconds: Type.Integer({ minimum: 0 }),
  alwaysStepsLimitSeconds: Type.Integer({ minimum: 1 }),
  logLimitBytes: Type.Integer({ minimum: 1 }),
  recovery: RecoveryPolicy,
});
export type AttemptSpec = Static<typeof AttemptSpec>;
