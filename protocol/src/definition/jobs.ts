import { Type, type Static } from '@sinclair/typebox';
import { Closed, OneOf, Variants } from '../shared/schema.js';
import { Alias, Label, Line, Lines, Name, ParameterName, RelativePath } from './names.js';

const step = {
  name: Name,
  continueOnError: Type.Optional(Type.Boolean({ description: 'J3: a failure of this step does not end the job' })),
  always: Type.Optional(Type.Boolean({ description: 'J3, X3: runs after a failure, a stop or a timeout too' })),
  timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
};

export const ShellStep = Closed({
  ...step,
  type: Type.Literal('shell'),
  script: Lines(200_000),
  shell: Type.Optional(OneOf(['bash', 'sh'])),
  workingDirectory: Type.Optional(RelativePath),
});

export const CheckoutStep = Closed({
  ...step,
  type: Type.Literal('checkout'),
  source: Type.Optional(Alias),
  path: Type.Optional(RelativePath),
  depth: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: '0: the whole history' })),
  submodules: Type.Optional(
    Type.Union([Type.Boolean(), Type.Literal('recursive')], { description: 'true or recursive: with the submodules of submodules' }),
  ),
  lfs: Type.Optional(
    Type.Boolean({
      description: 'true: fails where git-lfs is missing; false: pointers stay; by default fetched where git-lfs is installed',
    }),
  ),
  tags: Type.Optional(Type.Boolean({ description: 'all tags of the repository; by default those of a checkout without depth' })),
  branches: Type.Optional(
    Type.Union([OneOf(['default', 'all']), Type.Array(Line(250, 1), { minItems: 1, maxItems: 50, uniqueItems: true })], {
      description: 'other branches, as origin/NAME: the default branch (also origin/HEAD), all, or these',
    }),
  ),
});

export const UploadPackageStep = Closed({
  ...step,
  type: Type.Literal('uploadPackage'),
  files: Type.Array(RelativePath, { minItems: 1, maxItems: 50, description: 'globs below the workspace; a folder is packed as tar.gz' }),
  package: Line(200, 1),
  version: Line(200, 1),
  directory: Type.Optional(Line(400)),
});

export const Step = Variants('type', [ShellStep, CheckoutStep, UploadPackageStep]);
export type Step = Static<typeof Step>;

/** A step as an attempt gets it, its references filled in: an empty value is for the step itself to judge, in its turn. */
export const FilledStep = Variants('type', [
  ShellStep,
  CheckoutStep,
  Closed({
    ...UploadPackageStep.properties,
    files: Type.Array(RelativePath, { maxItems: 50 }),
    package: Line(200),
    version: Line(200),
  }),
]);

export const ShellExecutor = Closed({ type: Type.Literal('shell') });
export const DockerExecutor = Closed({
  type: Type.Literal('docker'),
  image: Line(400, 1),
  registry: Type.Optional(Name),
  pull: Type.Optional(OneOf(['ifNotPresent', 'always', 'never'])),
  cpus: Type.Optional(Type.Number({ minimum: 0.01, maximum: 1_024 })),
  memoryMb: Type.Optional(Type.Integer({ minimum: 8, maximum: 16_777_216 })),
  network: Type.Optional(OneOf(['bridge', 'none', 'host'])),
});
export const ExecutorChoice = Variants('type', [ShellExecutor, DockerExecutor]);
export type ExecutorChoice = Static<typeof ExecutorChoice>;

const jobParameter = { name: ParameterName, description: Type.Optional(Line(500)), runtime: Type.Optional(Type.Boolean()) };
export const JobParameter = Variants('type', [
  Closed({ ...jobParameter, type: Type.Literal('string'), value: Type.Optional(Lines(20_000)) }),
  Closed({
    ...jobParameter,
    type: Type.Literal('enum'),
    values: Type.Array(Line(200, 1), { minItems: 1, maxItems: 100, uniqueItems: true }),
    value: Line(200, 1),
  }),
]);
export type JobParameter = Static<typeof JobParameter>;

export const jobKinds = ['build'] as const;

/** J1: a reusable definition that tasks of the project call by its name. */
export const JobDefinition = Closed({
  name: Name,
  kind: OneOf(jobKinds),
  description: Type.Optional(Line(1_000)),
  parameters: Type.Array(JobParameter, { maxItems: 100 }),
  steps: Type.Array(Step, { minItems: 1, maxItems: 100 }),
  labels: Type.Array(Label, { maxItems: 20, uniqueItems: true }),
  executor: ExecutorChoice,
  timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
});
export type JobDefinition = Static<typeof JobDefinition>;
