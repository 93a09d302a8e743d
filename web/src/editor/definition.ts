import type { PipelineDefinition, Stage, Task } from '@drover/protocol/definition';

export type { Parameter, PipelineDefinition, Source, Stage, Task } from '@drover/protocol/definition';

/** Where a task stands. */
export interface TaskPlace {
  readonly stage: number;
  readonly task: number;
}

/** A key from a name: lower-case letters, digits, `-`; unique among those taken. */
export function keyFor(name: string, taken: ReadonlySet<string>): string {
  const plain =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56) || 'part';
  if (!taken.has(plain)) return plain;
  let number = 2;
  while (taken.has(`${plain}-${number}`)) number += 1;
  return `${plain}-${number}`;
}

/** A name that is not taken: the name itself, else with a number behind it. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name} ${number}`)) number += 1;
  return `${name} ${number}`;
}

const stageKeys = (definition: PipelineDefinition): Set<string> => new Set(definition.stages.map(({ key }) => key));
const taskKeys = (definition: PipelineDefinition): Set<string> =>
  new Set(definition.stages.flatMap(({ tasks }) => tasks.map(({ key }) => key)));

const withStages = (definition: PipelineDefinition, stages: readonly Stage[]): PipelineDefinition => ({
  ...definition,
  stages: [...stages],
});

function inserted<T>(items: readonly T[], index: number, item: T): T[] {
  return [...items.slice(0, index), item, ...items.slice(index)];
}

const without = <T>(items: readonly T[], index: number): T[] => items.filter((_, place) => place !== index);

const replaced = <T>(items: readonly T[], index: number, change: (item: T) => T): T[] =>
  items.map((item, place) => (place === index ? change(item) : item));

/** An item moved to where it shall stand afterwards. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return [...items];
  return inserted(without(items, from), to, item);
}

/** W1: a new stage is serial, not always run. */
export function addStage(
  definition: PipelineDefinition,
  index: number,
  name: string,
  task: { readonly name: string; readonly job: string },
): PipelineDefinition {
  const free = freeName(
    name,
    definition.stages.map((stage) => stage.name),
  );
  const first: Task = { key: keyFor(task.name, taskKeys(definition)), name: task.name, type: 'build', job: task.job };
  return withStages(
    definition,
    inserted(definition.stages, index, { key: keyFor(free, stageKeys(definition)), name: free, mode: 'serial', tasks: [first] }),
  );
}

export const changeStage = (definition: PipelineDefinition, index: number, change: Partial<Stage>): PipelineDefinition =>
  withStages(
    definition,
    replaced(definition.stages, index, (stage) => tidy({ ...stage, ...change })),
  );

export const removeStage = (definition: PipelineDefinition, index: number): PipelineDefinition =>
  withStages(definition, without(definition.stages, index));

export const moveStage = (definition: PipelineDefinition, from: number, to: number): PipelineDefinition =>
  withStages(definition, moved(definition.stages, from, to));

/** A copy behind the original, with keys of its own. */
export function copyStage(definition: PipelineDefinition, index: number): PipelineDefinition {
  const stage = definition.stages[index];
  if (stage === undefined) return definition;
  const taken = taskKeys(definition);
  const tasks = stage.tasks.map((task) => {
    const key = keyFor(task.name, taken);
    taken.add(key);
    return { ...task, key };
  });
  const name = freeName(
    stage.name,
    definition.stages.map((one) => one.name),
  );
  return withStages(
    definition,
    inserted(definition.stages, index + 1, { ...stage, key: keyFor(name, stageKeys(definition)), name, tasks }),
  );
}

export function addTask(
  definition: PipelineDefinition,
  stage: number,
  task: { readonly name: string; readonly job: string },
): PipelineDefinition {
  const names = definition.stages[stage]?.tasks.map(({ name }) => name) ?? [];
  const name = freeName(task.name, names);
  return withStages(
    definition,
    replaced(definition.stages, stage, (one) => ({
      ...one,
      tasks: [...one.tasks, { key: keyFor(name, taskKeys(definition)), name, type: 'build', job: task.job }],
    })),
  );
}

/** Changes a task; a part that is set to undefined goes. */
export const changeTask = (
  definition: PipelineDefinition,
  { stage, task }: TaskPlace,
  change: { readonly [K in keyof Task]?: Task[K] | undefined },
): PipelineDefinition =>
  withStages(
    definition,
    replaced(definition.stages, stage, (one) => ({
      ...one,
      tasks: replaced(one.tasks, task, (before) => tidy({ ...before, ...change } as Task)),
    })),
  );

export const removeTask = (definition: PipelineDefinition, { stage, task }: TaskPlace): PipelineDefinition =>
  withStages(
    definition,
    replaced(definition.stages, stage, (one) => ({ ...one, tasks: without(one.tasks, task) })),
  );

export function copyTask(definition: PipelineDefinition, { stage, task }: TaskPlace): PipelineDefinition {
  const original = definition.stages[stage]?.tasks[task];
  if (original === undefined) return definition;
  const name = freeName(original.name, definition.stages[stage]?.tasks.map((one) => one.name) ?? []);
  const copy = { ...original, name, key: keyFor(name, taskKeys(definition)) };
  return withStages(
    definition,
    replaced(definition.stages, stage, (one) => ({ ...one, tasks: inserted(one.tasks, task + 1, copy) })),
  );
}

/** Moves a task to a place in the same or another stage; `to.task` counts after it was lifted. */
export function moveTask(definition: PipelineDefinition, from: TaskPlace, to: TaskPlace): PipelineDefinition {
  const task = definition.stages[from.stage]?.tasks[from.task];
  if (task === undefined || definition.stages[to.stage] === undefined) return definition;
  const lifted = removeTask(definition, from);
  return withStages(
    lifted,
    replaced(lifted.stages, to.stage, (stage) => ({
      ...stage,
      tasks: inserted(stage.tasks, Math.max(0, Math.min(to.task, stage.tasks.length)), task),
    })),
  );
}

/** Where an arrow key takes a lifted task; undefined where it can't go. Order in a parallel stage has no meaning. */
export function stepOf(definition: PipelineDefinition, from: TaskPlace, key: string): TaskPlace | undefined {
  const stage = definition.stages[from.stage];
  if (stage === undefined) return undefined;
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const task = from.task + (key === 'ArrowUp' ? -1 : 1);
    return stage.mode === 'parallel' || task < 0 || task >= stage.tasks.length ? undefined : { stage: from.stage, task };
  }
  const next = from.stage + (key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0);
  const target = definition.stages[next];
  return target === undefined || next === from.stage ? undefined : { stage: next, task: Math.min(from.task, target.tasks.length) };
}

/** Without the parts that are undefined, so that equal definitions are equal as text. */
export function tidy<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

/** What a new pipeline begins with. */
export const blankDefinition: PipelineDefinition = { name: '', sources: [], parameters: [], stages: [] };
