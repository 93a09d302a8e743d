import type { Instant, Outcome } from '@drover/protocol';
import type { StageState, TaskState } from './run.js';

/** A task whose attempt waits for an agent or works on one. */
export const isOutstanding = (task: TaskState): boolean => task.state === 'queued' || task.state === 'running';

/** Whether a finished task keeps what comes after it from starting (X5). */
export const hasFailed = (task: TaskState): boolean =>
  task.state === 'finished' && task.outcome !== 'succeeded' && task.outcome !== 'skipped';

/** X1: a stage is part of a run when one of its tasks is selected. */
export const isSelected = (stage: StageState): boolean => stage.tasks.some((task) => task.selected);

/** Sends the task's next attempt into the queue. */
export function queueTask(task: TaskState, now: Instant): TaskState {
  const { key, selected, attempt } = task;
  return { key, selected, attempt: attempt + 1, queuedAt: now, state: 'queued' };
}

/**
 * X5: what a stage of a running run does next. A serial one has one task under way and stops at its first failure;
 * a parallel one queues all its tasks and is judged when the last has ended. Without selected tasks it is passed over.
 */
export function proceedStage(stage: StageState, mode: 'serial' | 'parallel', now: Instant): StageState {
  if (stage.outcome !== undefined || !isSelected(stage)) return stage;
  const open = stage.startedAt === undefined ? { ...stage, startedAt: now } : stage;
  const tasks = mode === 'serial' ? queueNext(open.tasks, now) : queueAll(open.tasks, now);
  const begun = tasks === open.tasks ? open : { ...open, tasks };
  if (begun.tasks.some(isOutstanding)) return begun;
  return { ...begun, outcome: begun.tasks.some(hasFailed) ? 'failed' : 'succeeded', finishedAt: now };
}

/** Ends a stage that a stop caught under way; others stay as they are. */
export function stopStage(stage: StageState, now: Instant): StageState {
  if (stage.startedAt === undefined || stage.outcome !== undefined) return stage;
  return { ...stage, outcome: 'stopped', finishedAt: now };
}

function queueNext(tasks: readonly TaskState[], now: Instant): readonly TaskState[] {
  if (tasks.some(isOutstanding) || tasks.some(hasFailed)) return tasks;
  const next = tasks.find((task) => task.selected && task.state === 'waiting');
  return next === undefined ? tasks : tasks.map((task) => (task === next ? queueTask(task, now) : task));
}

function queueAll(tasks: readonly TaskState[], now: Instant): readonly TaskState[] {
  if (!tasks.some((task) => task.selected && task.state === 'waiting')) return tasks;
  return tasks.map((task) => (task.selected && task.state === 'waiting' ? queueTask(task, now) : task));
}

/** What a run is to be called when it ends after these stages. */
export function outcomeOf(stages: readonly StageState[]): Outcome {
  return stages.some((stage) => stage.outcome !== undefined && stage.outcome !== 'succeeded') ? 'failed' : 'succeeded';
}
