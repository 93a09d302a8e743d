import type { DefinitionSnapshot, JobDefinition, Parameter, Step, Task } from '@drover/protocol/definition';
import { referencesIn } from '../../attempts/references.js';

/** P5: the value after this one: its last number plus 1, at the same width or wider; what does not end in a digit stays. */
export function increment(value: string): string {
  const digits = /[0-9]+$/.exec(value)?.[0];
  if (digits === undefined) return value;
  return value.slice(0, value.length - digits.length) + String(BigInt(digits) + 1n).padStart(digits.length, '0');
}

export interface TakenValues {
  /** What the new run uses, of each auto-increment parameter. */
  readonly values: Readonly<Record<string, string>>;
  /** What the next run will use, of those that grew. */
  readonly next: Readonly<Record<string, string>>;
}

/**
 * P5: the values that a new run takes of the auto-increment parameters, and what they become for the run after it.
 * A typed value V is used as it is and makes the next one V+1. Only parameters with runtime setting grow,
 * and only when a task of the pipeline refers to them, selected or not.
 */
export function takeAutoIncrement(
  definition: DefinitionSnapshot,
  current: Readonly<Record<string, string>>,
  typed: Readonly<Record<string, string>>,
): TakenValues {
  const referenced = referencedByTasks(definition);
  const values: Record<string, string> = {};
  const next: Record<string, string> = {};
  for (const parameter of definition.pipeline.parameters) {
    if (parameter.type !== 'autoIncrement') continue;
    const value = valueOf(typed, parameter.name) ?? valueOf(current, parameter.name) ?? parameter.value;
    values[parameter.name] = value;
    if (grows(parameter, referenced)) next[parameter.name] = increment(value);
  }
  return { values, next };
}

const valueOf = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

const grows = (parameter: Parameter, referenced: ReadonlySet<string>): boolean =>
  parameter.runtime === true && referenced.has(parameter.name);

/** Names that the tasks of a pipeline refer to: in their inputs, and in the parameters and fields of the jobs they call. */
export function referencedByTasks(definition: DefinitionSnapshot): ReadonlySet<string> {
  const jobs = new Map(definition.jobs.map((job) => [job.name, job]));
  const tasks = definition.pipeline.stages.flatMap((stage) => stage.tasks);
  return new Set(tasks.flatMap((task) => [...textsOfTask(task), ...textsOfJob(jobs.get(task.job))]).flatMap(referencesIn));
}

function textsOfTask(task: Task): readonly string[] {
  const image = task.executor?.type === 'docker' ? [task.executor.image] : [];
  return [...Object.values(task.parameters ?? {}), ...image];
}

function textsOfJob(job: JobDefinition | undefined): readonly string[] {
  if (job === undefined) return [];
  const image = job.executor.type === 'docker' ? [job.executor.image] : [];
  return [...job.parameters.map((parameter) => parameter.value ?? ''), ...job.steps.flatMap(fieldsOf), ...image];
}

/** P7: the fields of a step in which references are put in; never the text of a script. */
function fieldsOf(step: Step): readonly string[] {
  switch (step.type) {
    case 'shell':
      return [step.workingDirectory ?? ''];
    case 'checkout':
      return [step.path ?? ''];
    case 'uploadPackage':
      return [...step.files, step.package, step.version, step.directory ?? ''];
  }
}
