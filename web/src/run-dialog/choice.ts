import type { Pipeline, RunRef, StartRun } from '@drover/protocol/api';
import type { Parameter, PipelineDefinition, Stage } from '@drover/protocol/definition';

/** What a person has chosen for a run. Fields that were not touched are not sent: the pipeline's defaults hold. */
export interface Choice {
  readonly refs: Readonly<Record<number, string>>;
  readonly off: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string>>;
}

export const untouched: Choice = { refs: {}, off: new Set(), values: {} };

export type Tri = 'all' | 'some' | 'none';

export function stageState(stage: Stage, choice: Choice): { readonly state: Tri; readonly chosen: number } {
  const chosen = stage.alwaysRun === true ? stage.tasks.length : stage.tasks.filter(({ key }) => !choice.off.has(key)).length;
  return { chosen, state: chosen === 0 ? 'none' : chosen === stage.tasks.length ? 'all' : 'some' };
}

/** A stage with a missing task is filled; a full one is emptied. Stages that always run stay. */
export function toggleStage(stage: Stage, choice: Choice): Choice {
  if (stage.alwaysRun === true) return choice;
  const off = new Set(choice.off);
  const fill = stageState(stage, choice).state !== 'all';
  for (const { key } of stage.tasks)
    if (fill) off.delete(key);
    else off.add(key);
  return { ...choice, off };
}

export function toggleTask(stage: Stage, key: string, choice: Choice): Choice {
  if (stage.alwaysRun === true) return choice;
  const off = new Set(choice.off);
  if (!off.delete(key)) off.add(key);
  return { ...choice, off };
}

export const chosenTasks = (definition: PipelineDefinition, choice: Choice): string[] =>
  definition.stages.flatMap((stage) =>
    stage.tasks.filter(({ key }) => stage.alwaysRun === true || !choice.off.has(key)).map(({ key }) => key),
  );

export const runtimeParameters = (definition: PipelineDefinition): Parameter[] =>
  definition.parameters.filter(({ runtime }) => runtime === true);

interface KnownRefs {
  readonly tags: readonly { readonly name: string }[];
  readonly branches: readonly { readonly name: string }[];
}

/** What a typed name means: a branch or tag of that name, else a commit if it looks like one, else a branch. */
export function refOf(text: string, known: KnownRefs | undefined): RunRef {
  const name = text.trim();
  if (known?.branches.some((branch) => branch.name === name) === true) return { type: 'branch', name };
  if (known?.tags.some((tag) => tag.name === name) === true) return { type: 'tag', name };
  return { type: /^[0-9a-f]{7,64}$/i.test(name) ? 'commit' : 'branch', name };
}

/** What the next run takes unless something else is typed: of an auto-increment parameter, what the controller has counted up to. */
export const defaultValue = (parameter: Parameter, next: Pipeline['autoIncrement']): string =>
  parameter.type === 'secret' ? '' : ((parameter.type === 'autoIncrement' ? next?.[parameter.name] : undefined) ?? parameter.value ?? '');

interface StartParts {
  readonly refs: Readonly<Record<number, KnownRefs | undefined>>;
  readonly next: Pipeline['autoIncrement'];
}

/** The body of the start. Only what differs from the defaults is in it. */
export function startBody(definition: PipelineDefinition, choice: Choice, { refs, next }: StartParts): StartRun {
  const tasks = chosenTasks(definition, choice);
  const total = definition.stages.reduce((sum, stage) => sum + stage.tasks.length, 0);
  const sources = Object.entries(choice.refs)
    .filter(([index, name]) => name.trim() !== '' && name.trim() !== definition.sources[Number(index)]?.defaultBranch)
    .map(([index, name]) => ({ index: Number(index), ref: refOf(name, refs[Number(index)]) }));
  const values = Object.entries(choice.values).filter(([name, value]) => {
    const parameter = definition.parameters.find((one) => one.name === name);
    return parameter !== undefined && value !== defaultValue(parameter, next);
  });
  return {
    ...(sources.length === 0 ? {} : { sources }),
    ...(tasks.length === total ? {} : { tasks }),
    ...(values.length === 0 ? {} : { parameters: Object.fromEntries(values) }),
  };
}
