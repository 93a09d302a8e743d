import { assert } from 'chai';
import { apiQuery, changed, rangeOf } from './range.js';

const range = (text: string) => rangeOf(new URLSearchParams(text));

describe('V1 the range of the history', () => {
  it('is 7 days at first', () => assert.deepEqual(range(''), { days: 7, from: undefined, to: undefined, status: undefined, page: 1 }));
  it('leaves nonsense out', () => assert.deepEqual(range('days=900&from=soon&status=odd&page=-3'), range('')));
  it('asks for days, or for dates with the last day in it', () => {
    assert.deepEqual(apiQuery(range('days=14'), 0), { days: 14, page: 1, pageSize: 20 });
    assert.deepEqual(apiQuery(range('from=2026-11-01&to=2026-11-02&status=failed'), -480), {
      from: Date.UTC(2026, 9, 31, 16),
      to: Date.UTC(2026, 10, 2, 16) - 1,
      status: 'failed',
      page: 1,
      pageSize: 20,
    });
  });
  it('goes back to the first page when it changes', () => {
    assert.equal(changed(new URLSearchParams('days=7&page=3'), { days: 14 }).toString(), 'days=14');
    assert.equal(changed(new URLSearchParams('days=14'), { page: 2 }).toString(), 'days=14&page=2');
    assert.equal(changed(new URLSearchParams('status=failed'), { status: undefined }).toString(), '');
  });
});
