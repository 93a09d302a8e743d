import { attemptIdOf } from '@drover/protocol';
import { assert } from 'chai';
import { advance } from './advance.js';
import { sampleDefinition, sampleIds, sampleRun } from './fixtures.js';
import type { Run, RunEvent } from './run.js';
import { timelineOf } from './timeline.js';

describe('the timeline of a run', () => {
  const definition = sampleDefinition([{ tasks: ['a'] }]);
  const attemptId = attemptIdOf(sampleIds.runId, 'a', 1);
  const finished = {
    type: 'attemptFinished',
    attemptId,
    taskKey: 'a',
    number: 1,
    outcome: 'succeeded',
    finishedAt: 9,
    rerun: false,
  } as const;
  const granted: RunEvent = { type: 'slotGranted', slot: 0 };
  const stopped: RunEvent = { type: 'stopRequested', by: 'system', reason: { code: 'stopped' } };

  // prettier-ignore
  const cases: ReadonlyArray<[title: string, before: readonly RunEvent[], events: readonly RunEvent[], entries: string]> = [
    ['tells of the start',                     [],        [granted],                                       'runStarted'],
    ['tells of an end that ends the run',      [granted], [finished],                                      'attemptFinished runFinished'],
    ['tells of a loss as a loss',              [granted], [{ ...finished, outcome: 'lost', rerun: true }], 'attemptLost'],
    ['tells of a stop with what it ended',     [],        [stopped],                                       'runStopRequested runFinished'],
    ['tells all that came together, in order', [],        [granted, finished],                             'runStarted attemptFinished runFinished'],
  ];
  for (const [title, before, events, entries] of cases) {
    it(title, () => {
      const play = (run: Run, more: readonly RunEvent[]): Run =>
        more.reduce((at, event) => advance(at, event, { definition, now: 5 }).run, run);
      const from = play(sampleRun(definition), before);
      assert.equal(
        timelineOf(from, play(from, events), events, 5)
          .map(({ type }) => type)
          .join(' '),
        entries,
      );
    });
  }
});
