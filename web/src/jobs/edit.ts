import type { JobDefinition, Step } from '@drover/protocol/definition';
import { freeName, moved } from '../editor/definition.js';

export const stepTypes = ['shell', 'checkout', 'uploadPackage'] as const satisfies readonly Step['type'][];

/** A new step of a type, with a name that is free. */
export function newStep(type: Step['type'], name: string, taken: readonly string[]): Step {
  const free = freeName(name, taken);
  switch (type) {
    case 'shell':
      return { type, name: free, script: '' };
    case 'checkout':
      return { type, name: free };
    case 'uploadPackage':
      return { type, name: free, files: [], package: '', version: '${PIPELINE_NUMBER}' };
  }
}

/** The fields in which two states of a job differ. */
export const changedFields = (one: JobDefinition, other: JobDefinition): ReadonlyArray<keyof JobDefinition> =>
  ([...new Set([...Object.keys(one), ...Object.keys(other)])] as ReadonlyArray<keyof JobDefinition>).filter(
    (field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]),
  );

const names = (job: JobDefinition): readonly string[] => job.steps.map(({ name }) => name);

export const addStep = (job: JobDefinition, type: Step['type'], name: string): JobDefinition => ({
  ...job,
  steps: [...job.steps, newStep(type, name, names(job))],
});

export const changeStep = (job: JobDefinition, index: number, step: Step): JobDefinition => ({
  ...job,
  steps: job.steps.map((one, place) => (place === index ? step : one)),
});

export const removeStep = (job: JobDefinition, index: number): JobDefinition => ({
  ...job,
  steps: job.steps.filter((_, place) => place !== index),
});

export const moveStep = (job: JobDefinition, from: number, to: number): JobDefinition => ({ ...job, steps: moved(job.steps, from, to) });

export function copyStep(job: JobDefinition, index: number): JobDefinition {
  const step = job.steps[index];
  if (step === undefined) return job;
  return {
    ...job,
    steps: [...job.steps.slice(0, index + 1), { ...step, name: freeName(step.name, names(job)) }, ...job.steps.slice(index + 1)],
  };
}

export type JobProblem = {
  readonly path: string;
  readonly code: 'nameNeeded' | 'nameRule' | 'nameTwice' | 'parameterRule' | 'enumValues' | 'enumDefault' | 'valueNeeded';
};

const nameRule = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_ .-]*[\p{L}\p{N}_])?$/u;
const parameterRule = /^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]*$/;

/** What can be seen to be wrong before the controller is asked. */
export function checkJob(job: JobDefinition): readonly JobProblem[] {
  const naming = (name: string, path: string): readonly JobProblem[] =>
    name === '' ? [{ path, code: 'nameNeeded' }] : nameRule.test(name) && name.length <= 64 ? [] : [{ path, code: 'nameRule' }];
  return [
    ...naming(job.name, '/name'),
    ...job.steps.flatMap((step, index) => [...naming(step.name, `/steps/${index}/name`), ...stepProblems(step, `/steps/${index}`)]),
    ...job.parameters.flatMap((parameter, index) => parameterProblems(job, parameter, `/parameters/${index}`, index)),
    ...(job.executor.type === 'docker' && job.executor.image === '' ? [{ path: '/executor/image', code: 'valueNeeded' } as const] : []),
  ];
}

function stepProblems(step: Step, at: string): readonly JobProblem[] {
  const needed = (path: string, empty: boolean): readonly JobProblem[] => (empty ? [{ path: `${at}/${path}`, code: 'valueNeeded' }] : []);
  switch (step.type) {
    case 'shell':
      return needed('script', step.script.trim() === '');
    case 'checkout':
      return [];
    case 'uploadPackage':
      return [
        ...needed('files', step.files.length === 0),
        ...needed('package', step.package === ''),
        ...needed('version', step.version === ''),
      ];
  }
}

function parameterProblems(
  job: JobDefinition,
  parameter: JobDefinition['parameters'][number],
  at: string,
  index: number,
): readonly JobProblem[] {
  const twice = job.parameters.findIndex(({ name }) => name === parameter.name) !== index;
  const naming: readonly JobProblem[] =
    parameter.name === ''
      ? [{ path: `${at}/name`, code: 'nameNeeded' }]
      : !parameterRule.test(parameter.name)
        ? [{ path: `${at}/name`, code: 'parameterRule' }]
        : twice
          ? [{ path: `${at}/name`, code: 'nameTwice' }]
          : [];
  if (parameter.type === 'string') return naming;
  const bad =
    parameter.values.length === 0 ||
    parameter.values.some((value) => value.trim() === '') ||
    new Set(parameter.values).size < parameter.values.length;
  return [
    ...naming,
    ...(bad
      ? [{ path: `${at}/values`, code: 'enumValues' } as const]
      : parameter.values.includes(parameter.value)
        ? []
        : [{ path: `${at}/value`, code: 'enumDefault' } as const]),
  ];
}
