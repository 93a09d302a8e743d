import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { asId, type AttemptId, type OfferId } from '@drover/protocol';
import type { AttemptResult } from '@drover/protocol/agent';
import { syncFolder } from '../shared/files.js';
import { freshFolder } from '../testing/folders.js';
import { testAttemptId } from '../testing/specs.js';
import { machineDisk } from '../shared/disk.js';
import { Journal } from './journal.js';
import { fold, lineOf, parseLine, recordsOf, type JournalEntries, type JournalRecord } from './records.js';

const attemptId = testAttemptId();
const result: AttemptResult = {
  outcome: 'succeeded',
  startedAt: 1,
  finishedAt: 2,
  steps: [],
  log: { sizeBytes: 0, sha256: '0'.repeat(64), cut: false },
  warnings: [],
};
const accepted = (id: AttemptId = attemptId, slot = 0): JournalRecord => ({
  type: 'accepted',
  attemptId: id,
  offerId: asId<OfferId>('o1'),
  slot,
});
const started: JournalRecord = {
  type: 'started',
  attemptId,
  fencing: 3,
  startedAt: 1,
  process: { pid: 9, bootNonce: 'nonce-01' },
  steps: [],
};
const finished: JournalRecord = { type: 'finished', attemptId, result };
const released: JournalRecord = { type: 'released', attemptId, why: 'acknowledged' };

const entriesOf = (...records: readonly JournalRecord[]): JournalEntries => records.reduce<JournalEntries>(fold, new Map());

describe('G8 the records of attempts', () => {
  it('lead from the offer to the acknowledged result', () => {
    assert.deepEqual(entriesOf(accepted()).get(attemptId)?.state, 'accepted');
    assert.deepEqual(entriesOf(accepted(), started).get(attemptId)?.state, 'started');
    assert.deepEqual(entriesOf(accepted(), started, finished).get(attemptId)?.state, 'finished');
    assert.equal(entriesOf(accepted(), started, finished, released).size, 0);
  });

  it('change nothing where they do not fit', () => {
    assert.equal(entriesOf(started).size, 0);
    assert.equal(entriesOf(accepted(), finished).get(attemptId)?.state, 'accepted');
    assert.equal(entriesOf(accepted(), started, finished, accepted()).get(attemptId)?.state, 'finished');
  });

  it('say the same after compaction', () => {
    for (const entries of [entriesOf(accepted()), entriesOf(accepted(), started), entriesOf(accepted(), started, finished)]) {
      const again = entriesOf(...recordsOf(entries));
      assert.deepEqual(
        [...again.values()].map(({ state, slot }) => [state, slot]),
        [...entries.values()].map(({ state, slot }) => [state, slot]),
      );
      assert.deepEqual(recordsOf(again), recordsOf(entries));
    }
  });

  it('are known by their checksum', () => {
    const line = lineOf(accepted()).trimEnd();
    assert.deepEqual(parseLine(line), accepted());
    assert.isUndefined(parseLine(line.slice(0, -1)));
    assert.isUndefined(parseLine(line.replace('o1', 'o2')));
    assert.isUndefined(parseLine(''));
  });
});

describe('G8 the journal on disk', () => {
  const folder = freshFolder();
  const path = (): string => join(folder.path, 'journal', 'attempts.journal');
  const open = (): Promise<Journal> => Journal.open(join(folder.path, 'journal'));

  it('holds what was acknowledged, also for the next process', async () => {
    const first = await open();
    await Promise.all([first.append(accepted()), first.append(started), first.append(finished)]);
    await first.close();
    const second = await open();
    assert.deepInclude(second.entries.get(attemptId), { state: 'finished', fencing: 3, result });
    await second.close();
  });

  it('drops a torn end and continues behind it', async () => {
    const first = await open();
    await first.append(accepted());
    await first.close();
    await appendFile(path(), lineOf(started).slice(0, 40));
    const second = await open();
    await second.append(started);
    await second.close();
    const third = await open();
    assert.equal(third.entries.get(attemptId)?.state, 'started');
    await third.close();
  });

  it('stays small however many attempts have come and gone', async () => {
    const journal = await open();
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => testAttemptId(`t${round}-${index}`)).flatMap((id) => [
          journal.append(accepted(id)),
          journal.append({ type: 'released', attemptId: id, why: 'refused' }),
        ]),
      );
    }
    await journal.append(accepted());
    await journal.close();
    assert.isBelow((await stat(path())).size, 300_000);
    assert.include(await readFile(path(), 'utf8'), attemptId);
  });

  it('keeps every record although the name of a file written again could not be made durable at first', async () => {
    let faults = 0;
    const sync = async (place: string): Promise<void> => {
      if (faults-- > 0) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      await syncFolder(place);
    };
    const journal = await Journal.open(join(folder.path, 'journal'), { ...machineDisk, syncFolder: sync });
    const { ino } = await stat(path());
    faults = 1;
    const release = { type: 'released', attemptId: testAttemptId('gone'), why: 'refused' } as const;
    while ((await stat(path())).ino === ino) await Promise.all(Array.from({ length: 500 }, () => journal.append(release)));
    await journal.append(accepted());
    await journal.close();
    const next = await open();
    assert.equal(next.entries.get(attemptId)?.state, 'accepted');
    await next.close();
  });

  it('refuses what the disk does not take, and keeps what it has', async () => {
    const journal = await open();
    await journal.append(accepted());
    await journal.close();
    const failed = await journal.append(started).then(
      () => 'written',
      () => 'refused',
    );
    assert.equal(failed, 'refused');
    assert.equal(journal.entries.get(attemptId)?.state, 'accepted');
  });
});
