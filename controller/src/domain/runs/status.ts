import type { Instant, Reason, Status } from '@drover/protocol';
import type { Run, StageState, TaskState } from './run.js';
import { hasFailed, isOutstanding, isSelected } from './stages.js';

/** The one word that a person is shown of a run. */
export const runStatus = (run: Run): Status => (run.state === 'finished' ? run.outcome : isWaiting(run) ? 'queued' : run.state);

/** Whether a run has its place and none of its tasks has begun: it is shown as queued until an agent takes the first. */
export const isWaiting = (run: Run): boolean =>
  run.state === 'running' && !run.stages.some((stage) => stage.tasks.some((task) => task.state === 'running' || task.state === 'finished'));

/** When its first task began; of a run that ended without one, when it left the queue. */
export function begunAt(run: Run): Instant | undefined {
  const starts = run.stages.flatMap(({ tasks }) => tasks.flatMap(({ startedAt }) => startedAt ?? []));
  if (starts.length > 0) return starts.reduce((first, at) => Math.min(first, at));
  return isWaiting(run) ? undefined : run.startedAt;
}

/** The one word for a task: `skipped` was not selected, `notRun`: its turn has not come, or never did. */
export function taskStatus(task: TaskState, run: Run): Status {
  if (!task.selected) return 'skipped';
  switch (task.state) {
    case 'waiting':
      return 'notRun';
    case 'queued':
      return run.state === 'stopping' ? 'stopping' : 'queued';
    case 'running':
      return run.state === 'stopping' ? 'stopping' : 'running';
    case 'finished':
      return task.outcome;
  }
}

/** Why a task is as it is, where there is something to say. */
export function taskReason(task: TaskState, run: Run): Reason | undefined {
  if (!task.selected) return { code: 'notSelected' };
  if (task.state === 'finished') return task.reason;
  if (task.state !== 'waiting' || run.state !== 'finished') return undefined;
  return run.stages.some((stage) => stage.tasks.some(hasFailed)) ? { code: 'earlierFailure' } : run.reason;
}

/** The one word for a stage, folded from its tasks. */
export function stageStatus(stage: StageState, run: Run): Status {
  if (!isSelected(stage)) return 'skipped';
  if (stage.outcome !== undefined) return stage.outcome;
  if (stage.tasks.some(isOutstanding)) return run.state === 'stopping' ? 'stopping' : outstandingStatus(stage);
  if (stage.startedAt !== undefined && run.state === 'running') return 'running';
  return 'notRun';
}

const outstandingStatus = (stage: StageState): Status =>
  stage.tasks.some((task) => task.state === 'running' || task.state === 'finished') ? 'running' : 'queued';
