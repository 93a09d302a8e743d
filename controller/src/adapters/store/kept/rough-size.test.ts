import { assert } from 'chai';
import { roughBytesOf } from './rough-size.js';

describe('the rough size of a record', () => {
  it('grows with what is in it, at any depth', () => {
    const small = roughBytesOf({ name: 'a', stages: [{ tasks: ['b'] }] });
    assert.isAtLeast(roughBytesOf({ name: 'a', stages: [{ tasks: ['b'.repeat(1_000)] }] }), small + 990);
    assert.isAtLeast(roughBytesOf({ name: 'a', box: new Uint8Array(5_000) }), 5_000);
    assert.isBelow(small, 500);
  });

  it('looks through nothing again that another record shares with it', () => {
    let looks = 0;
    const definition = Object.defineProperty({}, 'text', {
      enumerable: true,
      get: () => {
        looks += 1;
        return 'x'.repeat(100);
      },
    });
    const before = { nextNumber: 1, definition };
    assert.equal(roughBytesOf({ ...before, nextNumber: 2 }), roughBytesOf(before));
    assert.equal(looks, 1);
  });
});
