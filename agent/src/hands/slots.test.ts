import { assert } from 'chai';
import { Slots } from './slots.js';

describe('B8 the slots of attempts', () => {
  it('are taken from the lowest free one, and again once released', () => {
    const slots = new Slots();
    assert.deepEqual([slots.take(), slots.take(), slots.take()], [1, 2, 3]);
    slots.release(2);
    assert.deepEqual([slots.take(), slots.take()], [2, 4]);
  });

  it('are preferred where something is ready, unless they are taken', () => {
    const slots = new Slots();
    assert.deepEqual([slots.take([3, 2]), slots.take([3, 2]), slots.take([3, 2]), slots.isFree(1)], [3, 2, 1, false]);
  });
});
