import { assert } from 'chai';
import { turnInMs } from './estimate.js';

describe('G3 the estimate of a wait', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, slots: readonly (number | undefined)[], ahead: readonly (number | undefined)[], ms: number | undefined]> = [
    ['nobody could take it',                              [],                   [],              undefined],
    ['a slot is free',                                    [0],                  [],              0],
    ['its turn comes with the first slot that gets free', [5_000, 2_000],       [],              2_000],
    ['tasks ahead take the slots first',                  [2_000, 5_000],       [10_000],        5_000],
    ['and give them back',                                [0],                  [1_000, 2_000],  3_000],
    ['a task of unknown length holds one of two slots',   [undefined, 4_000],   [],              4_000],
    ['a task of unknown length holds the only slot',      [undefined],          [],              undefined],
    ['a task of unknown length is ahead',                 [1_000],              [undefined],     undefined],
  ];
  for (const [title, slots, ahead, ms] of cases)
    it(`${ms === undefined ? 'is unknown when' : 'holds when'} ${title}`, () =>
      assert.equal(turnInMs({ slotsFreeInMs: slots, aheadMs: ahead }), ms));
});
