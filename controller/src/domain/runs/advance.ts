import type { Instant, Outcome, Reason } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { unreachable } from '../unreachable.js';
import { isUnresolved, newEffects } from './effects.js';
import type { Run, RunEvent, RunSourceState, StageState, TaskState, Transition } from './run.js';
import { hasFailed, isOutstanding, isSelected, outcomeOf, proceedStage, queueTask, stopStage } from './stages.js';

/*
 *            slotGranted                    last task ended
 *   queued ───────────────▶ running ─────────────────────────▶ finished
 *     │                        │ stopRequested      last outstanding attempt ended ▲ ▲
 *     │                        └───────────────────▶ stopping ─────────────────────┘ │
 *     └── stopRequested, queueDeadlinePassed ─────────────────────────────────────────┘
 */

export interface RunContext {
  readonly definition: DefinitionSnapshot;
  readonly now: Instant;
}

/** A task that is lost again and again is given up after this many attempts. */
export const maxAttemptsPerTask = 10;

/** The next state of a run, and what the world must do about it. Total: any event, in any state; what doesn't fit changes nothing. */
export function advance(run: Run, event: RunEvent, context: RunContext): Transition {
  const next = nextState(run, event, context);
  return next === run ? { run, effects: [] } : { run: next, effects: newEffects(run, next) };
}

function nextState(run: Run, event: RunEvent, context: RunContext): Run {
  switch (event.type) {
    case 'slotGranted':
      return run.state === 'queued' ? proceed({ ...run, state: 'running', slot: event.slot, startedAt: context.now }, context) : run;
    case 'sourcesResolved':
      return takeCommits(run, event, context);
    case 'sourcesFailed':
      return run.state === 'running' && isUnresolved(run)
        ? finish(run, { outcome: 'failed', now: context.now, reason: event.reason })
        : run;
    case 'commitDescribed':
      return describe(run, event);
    case 'attemptStarted':
      return changeTask(run, event, (task) => (task.state === 'queued' ? { ...task, state: 'running', startedAt: event.at } : task));
    case 'attemptFinished':
      return takeResult(run, event, context);
    case 'stopRequested':
      return stop(run, event, context.now);
    case 'queueDeadlinePassed':
      return run.state === 'queued' ? expire(run, context.now) : run;
    default:
      return unreachable(event);
  }
}

function takeCommits(run: Run, event: Extract<RunEvent, { type: 'sourcesResolved' }>, context: RunContext): Run {
  if (run.state !== 'running' || !isUnresolved(run)) return run;
  const found = new Map(event.sources.map((source) => [source.index, source]));
  const sources = run.sources.map((source) => {
    const answer = found.get(source.index);
    if (source.commit !== undefined || answer === undefined) return source; // S7: set once
    return { ...source, commit: answer.commit, ...(answer.message === undefined ? {} : { message: answer.message }) };
  });
  return proceed({ ...run, sources }, context);
}

/** Comes after the run began, and perhaps after it ended. */
function describe(run: Run, { index, commit, message }: Extract<RunEvent, { type: 'commitDescribed' }>): Run {
  const isMeant = (source: RunSourceState) => source.index === index && source.commit === commit && source.message === undefined;
  if (!run.sources.some(isMeant)) return run;
  return { ...run, sources: run.sources.map((source) => (isMeant(source) ? { ...source, message } : source)) };
}

function takeResult(run: Run, event: Extract<RunEvent, { type: 'attemptFinished' }>, context: RunContext): Run {
  const again = event.rerun && run.state === 'running' && event.number < maxAttemptsPerTask;
  const next = changeTask(run, event, (task) => (again ? queueTask(task, context.now) : ended(task, event)));
  if (next === run) return run;
  return next.state === 'stopping' ? endIfStill(next, context.now) : proceed(next, context);
}

function ended(task: TaskState, event: Extract<RunEvent, { type: 'attemptFinished' }>): TaskState {
  const { key, selected, attempt, queuedAt } = task;
  const startedAt = task.startedAt ?? event.startedAt;
  return {
    key,
    selected,
    attempt,
    ...(queuedAt === undefined ? {} : { queuedAt }),
    ...(startedAt === undefined ? {} : { startedAt }),
    state: 'finished',
    outcome: event.outcome,
    finishedAt: event.finishedAt,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  };
}

/** Changes the outstanding task that the event speaks of; an event of an older attempt, or of none, changes nothing. */
function changeTask(run: Run, event: { readonly taskKey: string; readonly number: number }, change: (task: TaskState) => TaskState): Run {
  if (run.state !== 'running' && run.state !== 'stopping') return run;
  const stage = run.stages.find((candidate) => candidate.tasks.some((task) => task.key === event.taskKey));
  const task = stage?.tasks.find((candidate) => candidate.key === event.taskKey);
  if (stage === undefined || task === undefined || task.attempt !== event.number || !isOutstanding(task)) return run;
  const changed = change(task);
  if (changed === task) return run;
  const next = { ...stage, tasks: stage.tasks.map((candidate) => (candidate === task ? changed : candidate)) };
  return { ...run, stages: run.stages.map((candidate) => (candidate === stage ? next : candidate)) };
}

function stop(run: Run, event: Extract<RunEvent, { type: 'stopRequested' }>, now: Instant): Run {
  if (run.state === 'finished') return run;
  if (run.state === 'stopping') return stopAtOnce(run, event);
  const request = { by: event.by, at: now, reason: event.reason, ...(event.atOnce && { atOnce: event.atOnce }) };
  if (run.state === 'queued') return finish({ ...run, stop: request }, { outcome: 'stopped', now, reason: event.reason });
  return endIfStill({ ...run, state: 'stopping', stop: request }, now);
}

/** A second request changes only how the attempts end. */
function stopAtOnce(run: Run, { atOnce }: Extract<RunEvent, { type: 'stopRequested' }>): Run {
  if (atOnce === undefined || run.stop === undefined || run.stop.atOnce) return run;
  return { ...run, stop: { ...run.stop, atOnce } };
}

function endIfStill(run: Run, now: Instant): Run {
  if (run.stages.some((stage) => stage.tasks.some(isOutstanding))) return run;
  const stages = run.stages.map((stage) => stopStage(stage, now));
  return finish({ ...run, stages }, { outcome: 'stopped', now, ...(run.stop === undefined ? {} : { reason: run.stop.reason }) });
}

function expire(run: Run, now: Instant): Run {
  const limitSeconds = Math.round((run.queueDeadline - run.queuedAt) / 1_000);
  return finish(run, { outcome: 'timedOut', now, reason: { code: 'queueTimeLimit', parameters: { limitSeconds } } });
}

/** X5: stages in order, as far as they go now. */
function proceed(run: Run, { definition, now }: RunContext): Run {
  if (run.state !== 'running' || isUnresolved(run)) return run;
  const modes = new Map(definition.pipeline.stages.map((stage) => [stage.key, stage.mode]));
  const stages: StageState[] = [...run.stages];
  for (const [index, stage] of stages.entries()) {
    const next = proceedStage(stage, modes.get(stage.key) ?? 'serial', now);
    stages[index] = next;
    if (next.outcome === undefined && isSelected(next)) return { ...run, stages };
    if (next.outcome !== undefined && next.outcome !== 'succeeded') break;
  }
  const outcome = outcomeOf(stages);
  const reason = outcome === 'succeeded' ? undefined : failureOf(stages, definition);
  return finish({ ...run, stages }, { outcome, now, ...(reason === undefined ? {} : { reason }) });
}

function failureOf(stages: readonly StageState[], definition: DefinitionSnapshot): Reason | undefined {
  const failed = stages.flatMap((stage) => stage.tasks).find(hasFailed);
  if (failed === undefined) return undefined;
  const named = definition.pipeline.stages.flatMap((stage) => stage.tasks).find((task) => task.key === failed.key);
  return { code: 'taskFailed', parameters: { task: named?.name ?? failed.key } };
}

function finish(run: Run, end: { readonly outcome: Outcome; readonly now: Instant; readonly reason?: Reason }): Run {
  const { slot: _released, ...rest } = run;
  const reason = end.reason === undefined ? {} : { reason: end.reason };
  return { ...rest, state: 'finished', outcome: end.outcome, finishedAt: end.now, ...reason };
}
