import type { Instant } from '@drover/protocol';
import type { RunEventView } from '@drover/protocol/api';
import type { Run, RunEvent } from './run.js';

/** The entries of a run's timeline that a change of its state is worth. */
export function timelineOf(before: Run, after: Run, events: readonly RunEvent[], now: Instant): readonly RunEventView[] {
  const entries = events.flatMap((event) => entriesOf(event, now));
  if (before.state === 'queued' && after.startedAt !== undefined) entries.unshift({ at: after.startedAt, type: 'runStarted' });
  if (before.state !== 'finished' && after.state === 'finished') {
    const reason = after.reason === undefined ? {} : { reason: after.reason };
    entries.push({ at: after.finishedAt, type: 'runFinished', facts: { outcome: after.outcome }, ...reason });
  }
  return entries;
}

function entriesOf(event: RunEvent, now: Instant): RunEventView[] {
  switch (event.type) {
    case 'sourcesResolved':
      return event.sources.map(({ index, commit }) => ({ at: now, type: 'sourcesResolved', facts: { source: index, commit } }));
    case 'attemptStarted':
      return [{ at: event.at, type: 'attemptStarted', taskKey: event.taskKey, facts: { number: event.number } }];
    case 'attemptFinished': {
      const reason = event.reason === undefined ? {} : { reason: event.reason };
      const type = event.outcome === 'lost' ? 'attemptLost' : 'attemptFinished';
      return [{ at: event.finishedAt, type, taskKey: event.taskKey, facts: { number: event.number, outcome: event.outcome }, ...reason }];
    }
    case 'stopRequested':
      return [{ at: now, type: 'runStopRequested', reason: event.reason, ...(event.by === 'system' ? {} : { by: event.by }) }];
    default:
      return [];
  }
}
