import type { StartRun } from '@drover/protocol/api';
import type { DefinitionSnapshot, Parameter } from '@drover/protocol/definition';
import type { Ciphertext } from '../../pipelines/pipeline.js';
import { stagesOf } from './initial.js';
import { isSelected } from '../stages.js';

export interface StartFault {
  /** JSON pointer into the request. */
  readonly path: string;
  readonly message: string;
}

/** X1: what is wrong with a request to start a run of this pipeline. */
export function faultsOfStart(request: StartRun, definition: DefinitionSnapshot): readonly StartFault[] {
  return [...sourceFaults(request, definition), ...taskFaults(request, definition), ...parameterFaults(request, definition)];
}

function sourceFaults(request: StartRun, { pipeline }: DefinitionSnapshot): readonly StartFault[] {
  const given = request.sources ?? [];
  return given.flatMap((source, place) => {
    if (source.index >= pipeline.sources.length)
      return [{ path: `/sources/${place}/index`, message: `the pipeline has ${pipeline.sources.length} sources, counted from 0` }];
    const first = given.findIndex((other) => other.index === source.index);
    return first === place ? [] : [{ path: `/sources/${place}/index`, message: 'names a source twice' }];
  });
}

function taskFaults(request: StartRun, definition: DefinitionSnapshot): readonly StartFault[] {
  const known = new Set(definition.pipeline.stages.flatMap((stage) => stage.tasks.map((task) => task.key)));
  const unknown = (request.tasks ?? []).flatMap((key, index) =>
    known.has(key) ? [] : [{ path: `/tasks/${index}`, message: `the pipeline has no task ${key}` }],
  );
  if (unknown.length > 0) return unknown;
  return stagesOf(request.tasks, definition).some(isSelected) ? [] : [{ path: '/tasks', message: 'at least one task must be selected' }];
}

function parameterFaults(request: StartRun, { pipeline }: DefinitionSnapshot): readonly StartFault[] {
  const known = new Map(pipeline.parameters.map((parameter) => [parameter.name, parameter]));
  return Object.entries(request.parameters ?? {}).flatMap(([name, value]) => {
    const message = faultOfValue(known.get(name), value);
    return message === undefined ? [] : [{ path: `/parameters/${name}`, message }];
  });
}

function faultOfValue(parameter: Parameter | undefined, value: string): string | undefined {
  if (parameter === undefined) return 'the pipeline has no parameter of this name';
  if (parameter.runtime !== true) return 'cannot be changed when a run is started; switch “runtime setting” on first (P2)';
  if (parameter.type === 'enum' && !parameter.values.includes(value)) return `must be one of ${parameter.values.join(', ')}`;
  if (parameter.type === 'autoIncrement' && !/^[^\u0000-\u001f\u007f]{1,200}$/.test(value))
    return 'must be one line of 1 to 200 characters';
  return undefined;
}

export type RunParameters = Readonly<Record<string, { readonly value: string } | { readonly secret: Ciphertext }>>;
export interface ParameterSources {
  readonly definition: DefinitionSnapshot;
  readonly typed: Readonly<Record<string, string>>;
  readonly autoIncrement: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Ciphertext>>;
  readonly seal: (plain: string, name: string) => Ciphertext;
}

/** The values that a run is started with: typed ones before the pipeline's; secrets enciphered, a secret without a value left out. */
export function parametersOfStart({ definition, typed, autoIncrement, secrets, seal }: ParameterSources): RunParameters {
  const own = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
    Object.hasOwn(values, name) ? values[name] : undefined;
  const result: Record<string, { value: string } | { secret: Ciphertext }> = {};
  for (const parameter of definition.pipeline.parameters) {
    const { name } = parameter;
    const given = own(typed, name);
    if (parameter.type === 'secret') {
      const secret = given === undefined ? (Object.hasOwn(secrets, name) ? secrets[name] : undefined) : seal(given, name);
      if (secret !== undefined) result[name] = { secret };
    } else {
      result[name] = { value: own(autoIncrement, name) ?? given ?? parameter.value ?? '' };
    }
  }
  return result;
}
