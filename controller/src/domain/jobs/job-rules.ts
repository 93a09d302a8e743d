import type { JobDefinition, JobParameter, PipelineDefinition } from '@drover/protocol/definition';
import { secretFieldInWords, secretFieldsOfCallers } from '../attempts/secret-fields.js';
import type { FieldFault } from '../pipelines/validation/fault.js';
import { valuesFaults } from '../pipelines/validation/enum-values.js';
import { reservedNames } from '../pipelines/validation/predefined.js';

/** J1: what a job must keep beyond its schema. `base` is the JSON pointer of the definition. */
export function jobFaults(job: JobDefinition, base: string): readonly FieldFault[] {
  return [...parameterFaults(job.parameters, `${base}/parameters`), ...stepFaults(job, `${base}/steps`)];
}

/** P3: faults of a job that pipelines call already. `base` is the JSON pointer of the definition. */
export const callerFaults = (job: JobDefinition, callers: readonly PipelineDefinition[], base: string): readonly FieldFault[] =>
  secretFieldsOfCallers(job, callers)
    .filter(({ ofTask }) => !ofTask)
    .map((found) => ({ path: base + found.path, message: `as ${found.caller} calls the job, ${secretFieldInWords(found)}` }));

function parameterFaults(parameters: readonly JobParameter[], base: string): readonly FieldFault[] {
  const seen = new Set<string>();
  return parameters.flatMap((parameter, index) => {
    const place = `${base}/${index}`;
    const faults: FieldFault[] = [];
    if (seen.has(parameter.name))
      faults.push({ path: `${place}/name`, message: `“${parameter.name}” stands twice among the job’s parameters` });
    if (reservedNames.has(parameter.name)) faults.push({ path: `${place}/name`, message: `“${parameter.name}” is predefined` });
    seen.add(parameter.name);
    return parameter.type === 'enum' ? [...faults, ...valuesFaults(parameter, place)] : faults;
  });
}

function stepFaults(job: JobDefinition, base: string): readonly FieldFault[] {
  return job.steps.flatMap((step, index) =>
    step.type === 'shell' && step.script.trim() === '' ? [{ path: `${base}/${index}/script`, message: 'must hold a command' }] : [],
  );
}
