import { assert } from 'chai';
import { createIds } from './environment.js';

describe('ids', () => {
  it('grow, differ, and differ from those of another source, however many are made at once', () => {
    const [ids, others] = [createIds(), createIds()];
    const made = Array.from({ length: 3_000 }, () => ids.next());
    assert.deepEqual(made.toSorted(), made);
    assert.equal(new Set([...made, ...Array.from({ length: 3_000 }, () => others.next())]).size, 6_000);
    for (const id of made) assert.match(id, /^[0-9a-hjkmnp-tv-z]{26}$/);
  });
});
