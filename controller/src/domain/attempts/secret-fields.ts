import type { ExecutorChoice, JobDefinition, PipelineDefinition, Step, Task } from '@drover/protocol/definition';
import type { TaskDefinition } from './queued.js';
import { referencesIn } from './references.js';

/** A field of a job or task that would carry a secret's value to where others read it. */
export interface SecretField {
  /** JSON pointer in the job, or in the task where `ofTask`. */
  readonly path: string;
  readonly ofTask: boolean;
  /** In words: `version of step “Upload”`. */
  readonly field: string;
  readonly secret: string;
  /** The job's parameter that is filled with the secret. */
  readonly parameter?: string;
}

type IsSecret = (name: string) => boolean;
export type SecretFinder = (called: TaskDefinition) => readonly SecretField[];

/**
 * P3: step fields and image names are stored, shown and sent to registries, so none of them may refer to a secret: not by
 * its name, and not by a job's parameter that holds it. Scripts read secrets from the environment. Each job is read once,
 * however many tasks call it; of several fields that refer to one name the first is found.
 */
export function secretFinder(isSecret: IsSecret): SecretFinder {
  const known = new WeakMap<JobDefinition, JobReferences>();
  return ({ task, job }) => {
    const ofJob = known.get(job) ?? readJob(job, isSecret);
    known.set(job, ofJob);
    const held = heldSecrets(task, job, { ofJob, isSecret });
    const own = task.executor === undefined ? undefined : readTexts(imageOf(task.executor), job, isSecret);
    return [...exposed(ofJob.fields, held, false), ...(own === undefined ? exposed(ofJob.image, held, false) : exposed(own, held, true))];
  };
}

type Place = Pick<SecretField, 'path' | 'field'>;
type Held = Pick<SecretField, 'secret' | 'parameter'>;

interface Texts {
  /** The first field that refers to each name. */
  readonly places: ReadonlyMap<string, Place>;
  /** Secrets that are referred to by their own name, which no parameter of the job hides. */
  readonly direct: readonly Held[];
}
interface JobReferences {
  readonly fields: Texts;
  readonly image: Texts;
  /** Parameters of the job whose default refers to a secret. */
  readonly defaults: ReadonlyMap<string, string>;
}

function readJob(job: JobDefinition, isSecret: IsSecret): JobReferences {
  const texts = job.steps.flatMap((step, index) => fieldTexts(step).map((text) => ({ ...text, path: `/steps/${index}${text.path}` })));
  const defaults = job.parameters.flatMap(({ name, value }) => {
    const secret = referencesIn(value ?? '').find(isSecret);
    return secret === undefined ? [] : [[name, secret] as const];
  });
  return {
    fields: readTexts(texts, job, isSecret),
    image: readTexts(imageOf(job.executor), job, isSecret),
    defaults: new Map(defaults),
  };
}

function readTexts(texts: readonly FieldText[], { parameters }: JobDefinition, isSecret: IsSecret): Texts {
  const places = new Map<string, Place>();
  for (const { text, ...place } of texts) for (const name of referencesIn(text)) if (!places.has(name)) places.set(name, place);
  const hidden = new Set(parameters.map(({ name }) => name));
  const direct = [...places.keys()].filter((name) => isSecret(name) && !hidden.has(name)).map((secret) => ({ secret }));
  return { places, direct };
}

/** The job's parameters that hold a secret as this task calls it. */
function heldSecrets(
  { parameters: given = {} }: Task,
  job: JobDefinition,
  { ofJob, isSecret }: { ofJob: JobReferences; isSecret: IsSecret },
): readonly Held[] {
  return job.parameters.flatMap(({ name, runtime }) => {
    const value = runtime === true && Object.hasOwn(given, name) ? given[name] : undefined;
    const secret = value === undefined ? ofJob.defaults.get(name) : referencesIn(value).find(isSecret);
    return secret === undefined ? [] : [{ secret, parameter: name }];
  });
}

const exposed = ({ places, direct }: Texts, held: readonly Held[], ofTask: boolean): readonly SecretField[] =>
  [...direct, ...held].flatMap((one) => {
    const place = places.get(one.parameter ?? one.secret);
    return place === undefined ? [] : [{ ...place, ...one, ofTask }];
  });

interface FieldText extends Place {
  readonly text: string;
}

/** P7: fields in which references are replaced. Scripts are not among them. */
export function fieldTexts(step: Step): readonly FieldText[] {
  const named = (name: string, text: string | undefined, path = `/${name}`): readonly FieldText[] =>
    text === undefined ? [] : [{ path, field: `${name} of step “${step.name}”`, text }];
  switch (step.type) {
    case 'shell':
      return named('workingDirectory', step.workingDirectory);
    case 'checkout':
      return named('path', step.path);
    case 'uploadPackage':
      return [
        ...step.files.flatMap((file, index) => named('files', file, `/files/${index}`)),
        ...named('package', step.package),
        ...named('version', step.version),
        ...named('directory', step.directory),
      ];
  }
}

const imageOf = (executor: ExecutorChoice): readonly FieldText[] =>
  executor.type === 'docker' ? [{ path: '/executor/image', field: 'image', text: executor.image }] : [];

/** Secrets that pipelines would put into the fields of this version of a job. */
export function secretFieldsOfCallers(
  job: JobDefinition,
  pipelines: ReadonlyArray<Pick<PipelineDefinition, 'name' | 'parameters' | 'stages'>>,
): ReadonlyArray<SecretField & { readonly caller: string }> {
  return pipelines.flatMap(({ name, parameters, stages }) => {
    const tasks = stages.flatMap((stage) => stage.tasks).filter((task) => task.job === job.name);
    const secrets = secretNames({ parameters });
    const find = secretFinder((candidate) => secrets.has(candidate));
    return tasks.flatMap((task) => find({ task, job }).map((found) => ({ ...found, caller: `task “${task.name}” of “${name}”` })));
  });
}

export const secretNames = ({ parameters }: Pick<PipelineDefinition, 'parameters'>): ReadonlySet<string> =>
  new Set(parameters.filter(({ type }) => type === 'secret').map(({ name }) => name));

export const secretFieldInWords = ({ field, secret, parameter }: SecretField): string =>
  parameter === undefined
    ? `${field} cannot refer to the secret “${secret}”: others can read the field`
    : `${field} cannot refer to “${parameter}”, which holds the secret “${secret}”: others can read the field`;
