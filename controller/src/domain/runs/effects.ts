import { attemptIdOf, type Reason } from '@drover/protocol';
import type { Run, RunEffect, TaskState } from './run.js';
import { isOutstanding } from './stages.js';

/** A source whose commit is still to be looked up. */
export const isUnresolved = (run: Run): boolean => run.sources.some((source) => source.commit === undefined);

/**
 * What the world must do because a run is as it is. Drawn from the state alone, so that after a crash
 * the same effects come out again; each does no harm when it was done before.
 */
export function impliedEffects(run: Run): readonly RunEffect[] {
  switch (run.state) {
    case 'queued':
      return [];
    case 'running':
      return isUnresolved(run)
        ? [{ type: 'resolveSources' }]
        : tasksOf(run)
            .filter(isQueued)
            .map((task) => queueAttempt(run, task));
    case 'stopping':
      return tasksOf(run)
        .filter(isOutstanding)
        .map((task) => stopAttempt(run, task));
    case 'finished':
      return [{ type: 'releaseSlot' }];
  }
}

/** The effects that a change of a run's state brings about: those of the new state that the old one did not have. */
export function newEffects(before: Run, after: Run): readonly RunEffect[] {
  if (before.state === 'running' && after.state === 'running' && !isUnresolved(before)) return newlyQueued(before, after);
  const known = new Set(impliedEffects(before).map(keyOf));
  return impliedEffects(after).filter((effect) => !known.has(keyOf(effect)));
}

/** The short way for what happens most: only tasks that changed are looked at. Tasks keep their places. */
function newlyQueued(before: Run, after: Run): readonly RunEffect[] {
  return after.stages.flatMap((stage, index) => {
    const old = before.stages[index];
    if (old === stage) return [];
    const isNew = (task: TaskState, place: number): boolean => isQueued(task) && !isSameAttempt(task, old?.tasks[place]);
    return stage.tasks.filter(isNew).map((task) => queueAttempt(after, task));
  });
}

const isSameAttempt = (task: TaskState, old: TaskState | undefined): boolean => old?.state === 'queued' && old.attempt === task.attempt;

const tasksOf = (run: Run): readonly TaskState[] => run.stages.flatMap((stage) => stage.tasks);
const isQueued = (task: TaskState): boolean => task.state === 'queued';
const keyOf = (effect: RunEffect): string => {
  const attempt = 'attemptId' in effect ? ` ${effect.attemptId}` : '';
  return effect.type + attempt + ('atOnce' in effect ? ' at once' : '');
};

const queueAttempt = (run: Run, task: TaskState): RunEffect => ({
  type: 'queueAttempt',
  attemptId: attemptIdOf(run.runId, task.key, task.attempt),
  taskKey: task.key,
  number: task.attempt,
});

const stopAttempt = (run: Run, task: TaskState): RunEffect => ({
  type: 'stopAttempt',
  attemptId: attemptIdOf(run.runId, task.key, task.attempt),
  reason: run.stop?.reason ?? runEnded,
  ...(run.stop?.atOnce && { atOnce: run.stop.atOnce }),
});

const runEnded: Reason = { code: 'stoppedBecauseRunEnded' };
