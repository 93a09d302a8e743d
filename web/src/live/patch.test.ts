import type { Page, PipelineRow, RunSummary } from '@drover/protocol/api';
import { assert } from 'chai';
import { rows } from '../testing/work.js';
import { historyAfterRun, pageAfterRun, rowAfterRun } from './patch.js';

const first = (): PipelineRow => {
  const [row] = rows;
  if (row === undefined) throw new Error('the fixtures have no row');
  return row;
};
const row = first();
const newest = (): RunSummary => {
  if (row.newestRun === undefined) throw new Error('the fixture has no run');
  return row.newestRun;
};
const run = newest();

describe('L7 a row of the list after news of a run', () => {
  it('takes a newer revision of its newest run', () => {
    const next = rowAfterRun(row, { ...run, revision: run.revision + 1, status: 'succeeded', finishedAt: (run.startedAt ?? 0) + 5_000 });
    assert.equal(next.newestRun?.status, 'succeeded');
    assert.deepEqual(next.lastRuns.at(-1), { number: run.number, status: 'succeeded', durationMs: 5_000 });
  });

  it('drops an older revision, and takes another reason for waiting at the same one', () => {
    assert.strictEqual(rowAfterRun(row, { ...run, revision: run.revision - 1, status: 'failed' }), row);
    assert.deepEqual(rowAfterRun(row, { ...run, waiting: { code: 'slotsBusy' } }).newestRun?.waiting, { code: 'slotsBusy' });
  });

  it('takes a newer run, with at most 12 bars', () => {
    const next = rowAfterRun(row, {
      ...run,
      id: `${run.id.slice(0, 25)}9` as RunSummary['id'],
      number: run.number + 1,
      revision: 1,
      status: 'queued',
    });
    assert.equal(next.newestRun?.number, run.number + 1);
    assert.equal(next.lastRuns.length, 12);
    assert.equal(next.lastRuns.at(-1)?.status, 'queued');
  });

  it('keeps its newest run when an earlier one ends, but draws that one’s bar', () => {
    const next = rowAfterRun(row, {
      ...run,
      id: `${run.id.slice(0, 25)}8` as RunSummary['id'],
      number: run.number - 1,
      revision: 90,
      status: 'failed',
    });
    assert.equal(next.newestRun?.number, run.number);
    assert.equal(next.lastRuns.at(-2)?.status, 'failed');
  });

  it('leaves a page as it is that does not show the pipeline, and its other rows', () => {
    const page: Page<PipelineRow> = { items: rows.slice(1), page: 1, pageSize: 20, total: 8, more: false };
    assert.strictEqual(pageAfterRun(page, { ...run, revision: 99 }), page);
    const all = pageAfterRun({ ...page, items: rows }, { ...run, revision: 99 });
    assert.deepEqual(all.items.slice(1), rows.slice(1));
    assert.deepEqual(
      all.items.map(({ id }) => id),
      rows.map(({ id }) => id),
    );
  });
});

describe('V1 a page of the history after news of a run', () => {
  const page: Page<RunSummary> = { items: [run], page: 1, pageSize: 20, total: 1, more: false };
  it('takes news of a run that it shows', () =>
    assert.equal(historyAfterRun(page, { ...run, revision: 99, status: 'stopped' }).items[0]?.status, 'stopped'));
  it('drops old news', () => assert.strictEqual(historyAfterRun(page, { ...run, revision: 1 }), page));
});
