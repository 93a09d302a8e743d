import type { ExecutorChoice, JobDefinition, Step, Task } from '@drover/protocol/definition';
import { referencesIn } from '../../attempts/references.js';
import { secretFieldInWords } from '../../attempts/secret-fields.js';
import { endpointInReach, foreignImage, noEndpointInReach, referencesOfJob, referenceOfTask } from '../../endpoints/references.js';
import type { Context } from './context.js';
import { maxFaults, type FieldFault } from './fault.js';
import { unknownReferences } from './job-texts.js';

/** W4, P7: the job is there, its parameters are given as it wants, and whatever is referred to is known. Paths begin at the task. */
export function taskFaults(task: Task, context: Context): readonly FieldFault[] {
  const job = context.jobs.get(task.job);
  if (!job) return [{ path: '/job', message: `there is no job “${task.job}” in the project` }];
  return [
    ...valueFaults(task, job, context),
    ...jobTextFaults(task, job, context),
    ...checkoutFaults(job.steps, context),
    ...imageFaults(task.executor, { path: '/executor/image', known: context.textsOf(job).known }),
    ...(task.executor === undefined ? imageFaults(job.executor, { path: '/job', known: context.textsOf(job).known, job: job.name }) : []),
    ...registryFaults(task, job, context),
    ...secretFaults(task, job, context),
  ];
}

function valueFaults(task: Task, job: JobDefinition, { runNames }: Context): readonly FieldFault[] {
  return Object.entries(task.parameters ?? {}).flatMap(([name, value]) => {
    const path = `/parameters/${name}`;
    const parameter = job.parameters.find((candidate) => candidate.name === name);
    if (!parameter) return [{ path, message: `the job “${job.name}” has no parameter “${name}”` }];
    if (parameter.runtime !== true) return [{ path, message: `the parameter “${name}” of the job “${job.name}” has runtime setting off` }];
    const references = referencesIn(value);
    if (parameter.type === 'enum' && references.length === 0 && !parameter.values.includes(value)) {
      return [{ path, message: `“${value}” is not one of ${parameter.values.join(', ')}` }];
    }
    return referencesToNothing(unknownReferences([value], runNames), path);
  });
}

/** What the job itself refers to: defaults that the task leaves as they are, and the fields of its steps. The fault lies with the task that calls it in this pipeline. */
function jobTextFaults(task: Task, job: JobDefinition, { textsOf }: Context): readonly FieldFault[] {
  const given = task.parameters ?? {};
  const { unknownInSteps, unknownInDefaults } = textsOf(job);
  const defaults = [...unknownInDefaults].flatMap(([name, unknown]) => (Object.hasOwn(given, name) ? [] : unknown));
  return [...referencesToNothing([...new Set(defaults)], '/job', job.name), ...referencesToNothing(unknownInSteps, '/job', job.name)];
}

const referencesToNothing = (names: readonly string[], path: string, job?: string): readonly FieldFault[] =>
  names
    .slice(0, maxFaults)
    .map((name) => ({ path, message: `“\${${name}}”${job === undefined ? '' : ` in the job “${job}”`} refers to nothing` }));

/** P3: the fault lies with the one that passes the secret on. */
const secretFaults = (task: Task, job: JobDefinition, { secretFields }: Context): readonly FieldFault[] =>
  secretFields({ task, job }).map((found) => ({
    path: found.ofTask ? found.path : passedOn(task, found.parameter) ? `/parameters/${found.parameter}` : '/job',
    message: `${found.ofTask ? '' : `the job “${job.name}”: `}${secretFieldInWords(found)}`,
  }));

const passedOn = ({ parameters = {} }: Task, name: string | undefined): boolean => name !== undefined && Object.hasOwn(parameters, name);

function checkoutFaults(steps: readonly Step[], { definition }: Context): readonly FieldFault[] {
  return steps.flatMap((step) => {
    if (step.type !== 'checkout') return [];
    if (step.source === undefined)
      return definition.sources.length > 0
        ? []
        : [{ path: '/job', message: `step “${step.name}” checks a source out, and the pipeline has none` }];
    return definition.sources.some(({ alias }) => alias === step.source)
      ? []
      : [{ path: '/job', message: `step “${step.name}” checks out “${step.source}”, which is no source’s alias` }];
  });
}

function imageFaults(
  executor: ExecutorChoice | undefined,
  { path, known, job }: { path: string; known: ReadonlySet<string>; job?: string },
): readonly FieldFault[] {
  return executor?.type === 'docker' ? referencesToNothing(unknownReferences([executor.image], known), path, job) : [];
}

/** E2: what a task names for itself is for the person to use; what a job of the project names was checked when the job was saved, but may be gone. */
function registryFaults(task: Task, job: JobDefinition, { endpoints, newJobs }: Context): readonly FieldFault[] {
  const own = referenceOfTask(task);
  if (own !== undefined) {
    const endpoint = endpointInReach(endpoints, own);
    const message = endpoint === undefined ? noEndpointInReach(own) : foreignImage(own, endpoint);
    return message === undefined ? [] : [{ path: '/executor/registry', message }];
  }
  if (task.executor !== undefined || newJobs.has(job)) return [];
  const ofJob = referencesOfJob(job);
  return ofJob
    .filter((reference) => !endpointInReach({ ...endpoints, kept: ofJob }, reference))
    .map((reference) => ({ path: '/job', message: `the job “${job.name}”: ${noEndpointInReach(reference)}` }));
}
