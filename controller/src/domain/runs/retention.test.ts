import { assert } from 'chai';
import { alwaysKeptRuns, runsToExpire } from './retention.js';

const day = 86_400_000;

describe('V1 O4 retention of runs', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, farm: object, own: object | undefined, rule: object]> = [
    ['no limit expires nothing',                             {},                        undefined,     { always: alwaysKeptRuns }],
    ['an age counts from the end of a run',                  { days: 2 },               undefined,     { always: alwaysKeptRuns, finishedBefore: 8 * day }],
    ['a number is a number of the newest runs',              { runs: 500 },             undefined,     { always: alwaysKeptRuns, most: 500 }],
    ['a small number goes below what is always kept',        { runs: 3, days: 2 },      undefined,     { always: 3, most: 3, finishedBefore: 8 * day }],
    ['a pipeline’s own rule comes before the farm’s',        { runs: 500, days: 2 },    { days: 5 },   { always: alwaysKeptRuns, most: 500, finishedBefore: 5 * day }],
  ];
  for (const [title, farm, own, rule] of cases)
    it(title, () => {
      assert.deepEqual(runsToExpire(farm, own, 10 * day), rule);
    });
});
