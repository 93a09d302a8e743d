import { createHash } from 'node:crypto';
import { assert } from 'chai';
import { ManualTime } from '../../adapters/memory/time.js';
import { integrityInMemory } from '../../testing/integrity.js';
import { Damaged } from './damaged.js';
import type { Integrity } from './integrity.js';
import type { DamageRecord, ScrubState, Stored } from './integrity-ports.js';
import { Scrubber } from './scrubber.js';

const minute = 60_000;
const day = 86_400_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => silent };

describe('O4 the slow check of stored bytes', () => {
  let time: ManualTime;
  let integrity: Integrity;
  let records: Map<string, DamageRecord>;
  let state: ScrubState | undefined;
  let contents: Map<string, Buffer>;
  let reads: string[];
  let scrubber: Scrubber;

  beforeEach(() => {
    time = new ManualTime();
    records = new Map();
    state = undefined;
    reads = [];
    contents = new Map(['a', 'b', 'c'].map((key) => [key, Buffer.alloc(100_000, key)]));
    scrubber = open();
  });
  afterEach(() => scrubber.close());

  function open(): Scrubber {
    integrity = integrityInMemory(records, time);
    const source = (kind: 'log' | 'blob') => async (after: string) =>
      [...contents.keys()].filter((key) => key > after).map((key) => ({ key, stored: storedOf(kind, key) }));
    return new Scrubber({
      integrity,
      sources: { logs: source('log'), blobs: source('blob') },
      state: { load: async () => state, save: async (next) => void (state = next) },
      timers: time,
      monotonic: time,
      clock: time,
      log: silent,
      bytesPerSecond: 100_000,
      everyMs: 7 * day,
    });
  }

  const reached = () => state?.part;

  function storedOf(kind: 'log' | 'blob', key: string): Stored {
    const sha256 = createHash('sha256').update(Buffer.alloc(100_000, key)).digest('hex');
    return {
      id: `${kind}:${key}`,
      name: `The ${kind} ${key}`,
      sizeBytes: 100_000,
      sha256,
      read: async function* ({ from, to }) {
        if (from === 0) reads.push(`${kind}:${key}`);
        const bytes = contents.get(key);
        if (!bytes || bytes.length < to) throw new Damaged('missing', 'too short');
        yield bytes.subarray(from, to);
      },
    };
  }

  it('reads everything once, no faster than it may, then rests until the next round', async () => {
    scrubber.start();
    await time.advance(minute + 2_000);
    assert.deepEqual(reads, ['log:a', 'log:b']);
    await time.advance(minute);
    assert.deepEqual(reads, ['log:a', 'log:b', 'log:c', 'blob:a', 'blob:b', 'blob:c']);
    assert.equal(reached(), 'done');
    await time.advance(6 * day);
    assert.equal(reads.length, 6);
    await time.advance(day + 2 * minute);
    assert.equal(reads.length, 12);
  });

  it('finds what changed and what is gone', async () => {
    contents.set('a', Buffer.alloc(100_000, 'x'));
    contents.set('b', Buffer.alloc(10));
    scrubber.start();
    await time.advance(3 * minute);
    assert.deepEqual(
      [...records.values()].map(({ _id, kind }) => [_id, kind]),
      [
        ['log:a', 'changed'],
        ['log:b', 'missing'],
        ['blob:a', 'changed'],
        ['blob:b', 'missing'],
      ],
    );
  });

  it('resumes after a restart where it was', async () => {
    state = { part: 'logs', after: 'b', startedAt: time.now(), checked: 2 };
    scrubber.start();
    await time.advance(3 * minute);
    assert.deepEqual(reads, ['log:c', 'blob:a', 'blob:b', 'blob:c']);
  });

  it('ends at once in the middle of a wait, and forgets damage of what no longer exists', async () => {
    records.set('log:gone', { _id: 'log:gone', schemaVersion: 1, kind: 'changed', sentence: '', foundAt: 0, checkedAt: 0 });
    await integrity.load();
    scrubber.start();
    await time.advance(minute + 500);
    await scrubber.close();
    assert.notEqual(reached(), 'done');
    assert.equal(records.size, 1);
    scrubber = open();
    await integrity.load();
    scrubber.start();
    await time.advance(3 * minute);
    assert.equal(reached(), 'done');
    assert.equal(records.size, 0);
  });

  it('tries again later when the store is away', async () => {
    let isAway = true;
    scrubber = new Scrubber({
      integrity,
      sources: { logs: async () => (isAway ? Promise.reject(new Error('away')) : []), blobs: async () => [] },
      state: { load: async () => state, save: async (next) => void (state = next) },
      timers: time,
      monotonic: time,
      clock: time,
      log: silent,
      bytesPerSecond: 1,
      everyMs: day,
    });
    scrubber.start();
    await time.advance(2 * minute);
    assert.equal(reached(), undefined);
    isAway = false;
    await time.advance(11 * minute);
    assert.equal(reached(), 'done');
  });
});
