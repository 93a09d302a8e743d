import type { AttemptView, RunView } from '@drover/protocol/api';
import { assert } from 'chai';
import { ticks, timingOf } from './timing.js';

const run = {
  queuedAt: 1_000,
  stages: [
    {
      name: 'Build',
      tasks: [
        { key: 'a', name: 'A', status: 'failed' },
        { key: 'b', name: 'B', status: 'notRun' },
      ],
    },
  ],
} as unknown as RunView;
const attempt = {
  taskKey: 'a',
  queuedAt: 2_000,
  startedAt: 5_000,
  finishedAt: 20_000,
  steps: [
    { index: 0, name: 'Check out source', state: 'finished', outcome: 'succeeded', startedAt: 5_000, finishedAt: 7_000 },
    { index: 1, name: 'build', state: 'finished', outcome: 'failed', startedAt: 7_000, finishedAt: 20_000 },
    { index: 2, name: 'after', state: 'skipped' },
  ],
} as unknown as AttemptView;

describe('V8 timing of a run', () => {
  it('has nothing to say before anything is queued', () => assert.isUndefined(timingOf(run, [], 9_000)));
  it('splits a task into waiting, checkout and steps', () => {
    const timing = timingOf(run, [attempt], 99_000);
    assert.deepEqual(
      timing?.lanes.map(({ name, bars }) => [name, bars.map(({ kind, from, to }) => [kind, from, to])]),
      [
        [
          'A',
          [
            ['queued', 2_000, 5_000],
            ['checkout', 5_000, 7_000],
            ['failed', 7_000, 20_000],
          ],
        ],
      ],
    );
    assert.include(timing, { from: 1_000, to: 20_000, queuedMs: 3_000, checkoutMs: 2_000, stepsMs: 13_000 });
  });
  it('ends what still runs now', () =>
    assert.equal(
      timingOf(run, [{ ...attempt, startedAt: undefined, finishedAt: undefined, steps: [] } as unknown as AttemptView], 9_000)?.to,
      9_000,
    ));
  it('marks round times', () => assert.deepEqual(ticks(4_100), [0, 1_000, 2_000, 3_000, 4_000]));
  it('marks at most nine', () => {
    for (const length of [1, 999, 65_000, 3_600_000, 86_400_000]) assert.isAtMost(ticks(length).length, 9);
  });
});
