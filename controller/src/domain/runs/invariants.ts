import { maxAttemptsPerTask } from './advance.js';
import type { Run, RunEffect, TaskState } from './run.js';
import { hasFailed, isOutstanding } from './stages.js';
import type { DefinitionSnapshot } from '@drover/protocol/definition';

const tasksOf = (run: Run): readonly TaskState[] => run.stages.flatMap((stage) => stage.tasks);

/** What must hold of a run whatever happened to it; each breach as a sentence. For tests and simulation. */
export function breachesOf(run: Run, definition: DefinitionSnapshot): readonly string[] {
  const modes = new Map(definition.pipeline.stages.map((stage) => [stage.key, stage.mode]));
  const tasks = tasksOf(run);
  const firstBad = run.stages.findIndex((stage) => stage.tasks.some(hasFailed));
  const rules: ReadonlyArray<[boolean, string]> = [
    [run.state === 'finished' && tasks.some(isOutstanding), 'a finished run has an outstanding task'],
    [
      run.state === 'running' && !tasks.some(isOutstanding) && run.sources.every((source) => source.commit !== undefined),
      'a running run waits for nothing',
    ],
    [run.state === 'stopping' && !tasks.some(isOutstanding), 'a stopping run waits for nothing'],
    [run.state === 'queued' && tasks.some((task) => task.attempt > 0), 'a queued run has attempts'],
    [tasks.some((task) => !task.selected && (task.state !== 'waiting' || task.attempt !== 0)), 'an unselected task was run'],
    [tasks.some((task) => task.attempt > maxAttemptsPerTask), 'a task has too many attempts'],
    [
      run.stages.some((stage) => modes.get(stage.key) === 'serial' && stage.tasks.filter(isOutstanding).length > 1),
      'a serial stage has two tasks under way',
    ],
    [
      firstBad >= 0 && run.stages.slice(firstBad + 1).some((stage) => stage.tasks.some((task) => task.attempt > 0)),
      'a stage behind a failure was run',
    ],
    [
      (run.state === 'running' || run.state === 'stopping') !== (run.slot !== undefined),
      'a slot is held by a run that is not active, or the other way round',
    ],
    [
      run.state === 'finished' && run.outcome === 'succeeded' && tasks.some((task) => task.selected && task.state !== 'finished'),
      'a run succeeded without all its tasks',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence);
}

/** What must hold between two states of a run. */
export function breachesBetween(before: Run, after: Run, effects: readonly RunEffect[]): readonly string[] {
  const attempts = new Map(tasksOf(before).map((task) => [task.key, task.attempt]));
  const rules: ReadonlyArray<[boolean, string]> = [
    [before.state === 'finished' && before !== after, 'a finished run changed'],
    [before.state === 'stopping' && effects.some((effect) => effect.type === 'queueAttempt'), 'a stopping run queued an attempt'],
    [
      before.state === 'stopping' && tasksOf(after).some((task) => task.attempt > (attempts.get(task.key) ?? 0)),
      'a task of a stopping run was tried again',
    ],
    [tasksOf(after).some((task) => task.attempt < (attempts.get(task.key) ?? 0)), 'the number of an attempt went back'],
    [
      before.sources.some((source, index) => source.commit !== undefined && source.commit !== after.sources[index]?.commit),
      'a commit changed (S7)',
    ],
    [before === after && effects.length > 0, 'nothing changed and yet something is to be done'],
  ];
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence);
}
