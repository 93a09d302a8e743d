import { assert } from 'chai';
import { OpenLimit } from './open-limit.js';

describe('A5 what may be open at once', () => {
  const opened = (limit: OpenLimit, key: string | undefined) => {
    const opening = limit.open(key);
    return opening.ok ? 'ok' : opening.reason;
  };

  it('is bounded in all and for each key', () => {
    const limit = new OpenLimit({ all: 3, ofOne: 2 });
    assert.deepEqual(
      ['a', 'a', 'a', 'b', 'c', 'a'].map((key) => opened(limit, key)),
      ['ok', 'ok', 'fullForOne', 'ok', 'full', 'fullForOne'],
    );
  });

  it('is bounded in all where there is no key', () => {
    const limit = new OpenLimit({ all: 3, ofOne: 1 });
    assert.deepEqual(
      [undefined, undefined, 'a', undefined].map((key) => opened(limit, key)),
      ['ok', 'ok', 'ok', 'full'],
    );
  });

  it('makes room when it is closed, once however often', () => {
    const limit = new OpenLimit({ all: 2, ofOne: 1 });
    const first = limit.open('a');
    opened(limit, 'b');
    assert.isTrue(first.ok);
    if (first.ok) for (let count = 0; count < 3; count += 1) first.close();
    assert.deepEqual(
      ['b', 'c', 'd'].map((key) => opened(limit, key)),
      ['fullForOne', 'ok', 'full'],
    );
  });
});
