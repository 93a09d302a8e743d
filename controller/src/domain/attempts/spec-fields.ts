import { faultSentence, parse, type Reason } from '@drover/protocol';
import { FilledStep, type ExecutorChoice, type Step } from '@drover/protocol/definition';
import type { TaskDefinition } from './queued.js';
import { substitute } from './references.js';

export type Filled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: Reason };
export type ValueOf = (name: string) => string | undefined;

const own = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** The values of a job's parameters: what the task gives before the job's own, with the run's values put in (P7). */
export function jobValues({ task, job }: TaskDefinition, runValue: ValueOf): Filled<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const parameter of job.parameters) {
    const given = parameter.runtime === true ? own(task.parameters ?? {}, parameter.name) : undefined;
    const filled = fill(given ?? parameter.value ?? '', `parameter ${parameter.name}`, runValue);
    if (!filled.ok) return filled;
    if (parameter.type === 'enum' && !parameter.values.includes(filled.value)) {
      return failed(`parameter ${parameter.name} must be one of ${parameter.values.join(', ')}`);
    }
    values[parameter.name] = filled.value;
  }
  return { ok: true, value: values };
}

/** The steps with references in their fields filled in; scripts are as written. What comes out is checked again. An empty value is valid (P9): an optional field is then as if absent, and a file as if not named. */
export function filledSteps(steps: readonly Step[], valueOf: ValueOf): Filled<Step[]> {
  const result: Step[] = [];
  for (const step of steps) {
    const filled = filledStep(step, valueOf);
    if (!filled.ok) return filled;
    const checked = parse(FilledStep, filled.value);
    if (!checked.ok) return failed(`step “${step.name}”: ${checked.faults.map(faultSentence).join('; ')}`);
    result.push(checked.value);
  }
  return { ok: true, value: result };
}

function filledStep(step: Step, valueOf: ValueOf): Filled<unknown> {
  switch (step.type) {
    case 'shell':
      return filledFields(step, ['workingDirectory'], valueOf);
    case 'checkout':
      return filledFields(step, ['path'], valueOf);
    case 'uploadPackage': {
      const files: string[] = [];
      for (const file of step.files) {
        const filled = fill(file, `files of step “${step.name}”`, valueOf);
        if (!filled.ok) return filled;
        if (filled.value !== '') files.push(filled.value);
      }
      return filledFields({ ...step, files }, ['package', 'version', 'directory'], valueOf);
    }
  }
}

/** An upload without them fails in its turn. */
const required: ReadonlySet<string> = new Set(['package', 'version']);

function filledFields(step: Step, names: readonly string[], valueOf: ValueOf): Filled<unknown> {
  const result: Record<string, unknown> = { ...step };
  for (const name of names) {
    const text = result[name];
    if (typeof text !== 'string') continue;
    const filled = fill(text, `${name} of step “${step.name}”`, valueOf);
    if (!filled.ok) return filled;
    if (filled.value === '' && !required.has(name)) delete result[name];
    else result[name] = filled.value;
  }
  return { ok: true, value: result };
}

/** The executor with references in its image put in. */
export function filledExecutor(executor: ExecutorChoice, valueOf: ValueOf): Filled<ExecutorChoice> {
  if (executor.type === 'shell') return { ok: true, value: executor };
  const image = fill(executor.image, 'image', valueOf);
  if (!image.ok) return image;
  return image.value === ''
    ? failed(`the image ${executor.image} is empty, since its parameters have no value`)
    : { ok: true, value: { ...executor, image: image.value } };
}

function fill(text: string, field: string, valueOf: ValueOf): Filled<string> {
  const filled = substitute(text, valueOf);
  if (filled.ok) return { ok: true, value: filled.text };
  return { ok: false, reason: { code: 'unknownReference', parameters: { reference: filled.reference.slice(0, 200), field } } };
}

const failed = (detail: string): { readonly ok: false; readonly reason: Reason } => ({
  ok: false,
  reason: { code: 'definitionInvalid', parameters: { detail: detail.slice(0, 1_500) } },
});
