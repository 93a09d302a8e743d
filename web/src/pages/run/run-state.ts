import type { RunView, StageView, TaskView } from '@drover/protocol/api';

export type Status = RunView['status'];

const bad: readonly Status[] = ['failed', 'timedOut', 'lost'];
const busy: readonly Status[] = ['running', 'stopping'];

export const isBad = (status: Status): boolean => bad.includes(status);
export const isBusy = (status: Status): boolean => busy.includes(status);
export const isOver = (run: { readonly status: Status }): boolean =>
  ['succeeded', 'failed', 'timedOut', 'lost', 'stopped', 'skipped'].includes(run.status);

export interface PlacedTask {
  readonly stage: StageView;
  readonly task: TaskView;
}

export const tasksOf = (run: RunView): PlacedTask[] => run.stages.flatMap((stage) => stage.tasks.map((task) => ({ stage, task })));

/** The task that the page shows: the one asked for, else the first that failed, runs, waits, or ran last. */
export function chosenTask(run: RunView, asked: { readonly task: string | null; readonly stage: string | null }): PlacedTask | undefined {
  const tasks = tasksOf(run);
  const named = tasks.find(({ task }) => task.key === asked.task);
  if (named) return named;
  const inStage = asked.stage === null ? [] : tasks.filter(({ stage }) => stage.key === asked.stage);
  return notable(inStage) ?? notable(tasks);
}

function notable(tasks: readonly PlacedTask[]): PlacedTask | undefined {
  const first = (test: (status: Status) => boolean): PlacedTask | undefined => tasks.find(({ task }) => test(task.status));
  return (
    first(isBad) ??
    first(isBusy) ??
    first((status) => status === 'queued' || status === 'waiting') ??
    first((status) => status === 'stopped') ??
    tasks.findLast(({ task }) => task.attemptId !== undefined) ??
    tasks[0]
  );
}

/** The stage where something happens now, else the last that was reached. */
export function activeStage(run: RunView): StageView | undefined {
  return (
    run.stages.find(({ status }) => isBusy(status) || status === 'queued' || status === 'waiting') ??
    run.stages.findLast(({ status }) => status !== 'notRun' && status !== 'skipped') ??
    run.stages[0]
  );
}

/** The title of a run: the first line of its commit's message. */
export const headline = (run: RunView): string | undefined => run.sources[0]?.message?.split('\n', 1)[0]?.trim() || undefined;

export const tabNames = ['log', 'timing', 'packages', 'parameters', 'activity'] as const;
export type TabName = (typeof tabNames)[number];
export const tabOf = (text: string | undefined): TabName => tabNames.find((name) => name === text) ?? 'log';

/** The neighbour of a task in reading order, for the arrow keys: down and up go through a stage, right and left to the next one. */
export function neighbourTask(run: RunView, from: string, key: string): string | undefined {
  const stageIndex = run.stages.findIndex(({ tasks }) => tasks.some((task) => task.key === from));
  const tasks = run.stages[stageIndex]?.tasks ?? [];
  const at = tasks.findIndex((task) => task.key === from);
  if (key === 'ArrowDown') return tasks[at + 1]?.key;
  if (key === 'ArrowUp') return tasks[at - 1]?.key;
  const beside = run.stages[stageIndex + (key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : NaN)]?.tasks;
  return beside?.[Math.min(at, beside.length - 1)]?.key;
}
