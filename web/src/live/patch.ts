import type { PipelineRow, RunSummary, Page } from '@drover/protocol/api';

interface Revised {
  readonly id: string;
  readonly revision: number;
}

/** Whether what came is news: an older revision of the same thing is dropped. Why it waits changes without a revision. */
export const isNews = (known: Revised | undefined, came: Revised): boolean =>
  known === undefined || known.id !== came.id || came.revision >= known.revision;

const ended = new Set<string>(['succeeded', 'failed', 'timedOut', 'lost', 'stopped', 'skipped']);

/** A row of the pipeline list after news of one of its runs; the same row if it is none. Rows keep their places. */
export function rowAfterRun(row: PipelineRow, run: RunSummary): PipelineRow {
  if (row.id !== run.pipelineId) return row;
  const newest = row.newestRun;
  const bars = barsAfterRun(row.lastRuns, run);
  if (newest !== undefined && run.number < newest.number) return bars === row.lastRuns ? row : { ...row, lastRuns: bars };
  if (!isNews(newest, run)) return row;
  return { ...row, newestRun: run, lastRuns: bars };
}

type Bars = PipelineRow['lastRuns'];
const mostBars = 12;

function barsAfterRun(bars: Bars, run: RunSummary): Bars {
  const durationMs =
    ended.has(run.status) && run.startedAt !== undefined && run.finishedAt !== undefined ? run.finishedAt - run.startedAt : undefined;
  const bar = { number: run.number, status: run.status, ...(durationMs === undefined ? {} : { durationMs }) };
  const index = bars.findIndex(({ number }) => number === run.number);
  if (index >= 0) return bars.map((one, place) => (place === index ? bar : one));
  const oldest = bars[0];
  if (oldest !== undefined && run.number < oldest.number) return bars;
  return [...bars, bar].sort((a, b) => a.number - b.number).slice(-mostBars);
}

/** A page of the pipeline list after news of a run. The same page if nothing in it changed. */
export function pageAfterRun(page: Page<PipelineRow>, run: RunSummary): Page<PipelineRow> {
  let changed = false;
  const items = page.items.map((row) => {
    const next = rowAfterRun(row, run);
    changed ||= next !== row;
    return next;
  });
  return changed ? { ...page, items } : page;
}

/** A page of the history after news of a run that it holds; a run it does not hold leaves it as it is. */
export function historyAfterRun(page: Page<RunSummary>, run: RunSummary): Page<RunSummary> {
  const known = page.items.find(({ id }) => id === run.id);
  if (known === undefined || !isNews(known, run)) return page;
  return { ...page, items: page.items.map((item) => (item.id === run.id ? run : item)) };
}
