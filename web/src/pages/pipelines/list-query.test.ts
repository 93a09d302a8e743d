import { assert } from 'chai';
import { rows } from '../../testing/work.js';
import { countMovedUp, isFiltered, readList, sift, toQuery, writeList } from './list-query.js';

const read = (text: string) => readList(new URLSearchParams(text));

describe('L3, L4 what the list shows stands in its address', () => {
  it('shows all by the newest start, unless told otherwise', () => {
    assert.deepEqual(toQuery(read('')), {
      filter: 'all',
      sort: 'lastStart',
      order: 'descending',
      page: 1,
      pageSize: 20,
      search: undefined,
      projectId: undefined,
      person: undefined,
    });
    assert.isFalse(isFiltered(read('sort=name')));
  });

  it('ignores what it does not know', () => assert.deepEqual(read('show=mine&sort=age&page=-3'), read('')));

  it('writes only what is not usual, and reads it back', () => {
    const state = { ...read(''), sort: 'name', ascending: true, search: 'web', person: 'li.wei' } as const;
    const address = writeList(state, {});
    assert.equal(address.toString(), 'sort=name&search=web&person=li.wei');
    assert.deepEqual(readList(address), state);
  });

  it('begins at page 1 after any change but of the page', () => {
    const third = read('page=3');
    assert.equal(writeList(third, { show: 'favourites' }).get('page'), null);
    assert.equal(writeList(third, { page: 4 }).get('page'), '4');
  });
});

describe('the tally as a filter', () => {
  const page = { items: rows, page: 1, pageSize: 100, total: rows.length, more: false };
  const names = (tally: 'running' | 'queued' | 'failedToday', dayStart: number): readonly string[] =>
    sift(page, tally, dayStart).items.map(({ name }) => name);

  it('keeps what runs, what waits, what failed since midnight', () => {
    assert.deepEqual(names('running', 0), ['web-app', 'settlement-batch']);
    assert.deepEqual(names('queued', 0), ['ledger-service']);
    assert.deepEqual(names('failedToday', 0), ['nightly-restore', 'base-images', 'firmware']);
    assert.deepEqual(names('failedToday', Date.now() + 1), []);
  });
});

describe('rows under the pointer', () => {
  it('are counted when they would stand higher', () => {
    assert.equal(countMovedUp(rows), 0);
    assert.equal(countMovedUp(rows.toReversed()), Math.floor(rows.length / 2));
  });
});
