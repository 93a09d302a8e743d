import type { Page, PipelineRow } from '@drover/protocol/api';

export const shows = ['all', 'createdByMe', 'lastRunByMe', 'favourites'] as const;
export type Show = (typeof shows)[number];
export const sorts = ['lastStart', 'name', 'duration'] as const;
export type Sort = (typeof sorts)[number];
export const tallies = ['running', 'queued', 'failedToday'] as const;
export type Tally = (typeof tallies)[number];

/** What the list shows, as its address says. */
export interface ListState {
  readonly show: Show;
  readonly sort: Sort;
  readonly ascending: boolean;
  readonly page: number;
  readonly search: string;
  readonly project: string | undefined;
  readonly person: string | undefined;
  readonly tally: Tally | undefined;
}

const oneOf = <T extends string>(words: readonly T[], text: string | null): T | undefined => words.find((word) => word === text);

/** Reads the address; what it does not know counts as absent. */
export function readList(query: URLSearchParams): ListState {
  const sort = oneOf(sorts, query.get('sort')) ?? 'lastStart';
  const page = Number(query.get('page') ?? '1');
  return {
    show: oneOf(shows, query.get('show')) ?? 'all',
    sort,
    ascending: (query.get('order') ?? firstOrder(sort)) === 'ascending',
    page: Number.isInteger(page) && page > 0 ? page : 1,
    search: query.get('search') ?? '',
    project: query.get('project') ?? undefined,
    person: query.get('person') ?? undefined,
    tally: oneOf(tallies, query.get('tally')),
  };
}

/** Names are read from A on, moments and durations from the largest. */
export const firstOrder = (sort: Sort): 'ascending' | 'descending' => (sort === 'name' ? 'ascending' : 'descending');

/** The address of a changed state: defaults are left out, and any change but of the page begins at page 1. */
export function writeList(state: ListState, change: Partial<ListState>): URLSearchParams {
  const next = { ...state, page: 1, ...change };
  const order = next.ascending ? 'ascending' : 'descending';
  const facts: readonly (readonly [string, string | undefined, string?])[] = [
    ['show', next.show, 'all'],
    ['sort', next.sort, 'lastStart'],
    ['order', order, firstOrder(next.sort)],
    ['page', String(next.page), '1'],
    ['search', next.search, ''],
    ['project', next.project],
    ['person', next.person],
    ['tally', next.tally],
  ];
  return new URLSearchParams(facts.flatMap(([name, value, usual]) => (value === undefined || value === usual ? [] : [[name, value]])));
}

const pageSize = 20;
/** The controller has no filter for what the tally counts: the hundred newest are read and sifted here. */
const tallyPageSize = 100;

/** The query of `GET /pipelines`. */
export const toQuery = (state: ListState): Record<string, string | number | undefined> => ({
  filter: state.show,
  sort: state.sort,
  order: state.ascending ? 'ascending' : 'descending',
  page: state.tally === undefined ? state.page : 1,
  pageSize: state.tally === undefined ? pageSize : tallyPageSize,
  search: state.search === '' ? undefined : state.search,
  projectId: state.project,
  person: state.person,
});

/** The rows that a tally stands for. `dayStart`: the local midnight. */
export function sift(page: Page<PipelineRow>, tally: Tally | undefined, dayStart: number): Page<PipelineRow> {
  if (tally === undefined) return page;
  const items = page.items.filter((row) => belongs(row, tally, dayStart));
  return { ...page, items, page: 1, total: items.length, more: false };
}

const bad = new Set<string>(['failed', 'timedOut', 'lost']);

function belongs({ newestRun, activeRuns, queuedRuns }: PipelineRow, tally: Tally, dayStart: number): boolean {
  switch (tally) {
    case 'running':
      return newestRun?.status === 'running' || newestRun?.status === 'stopping' || activeRuns > queuedRuns;
    case 'queued':
      return newestRun?.status === 'queued' || queuedRuns > 0;
    case 'failedToday':
      return newestRun !== undefined && bad.has(newestRun.status) && (newestRun.finishedAt ?? newestRun.queuedAt) >= dayStart;
  }
}

const startOf = (row: PipelineRow): number => row.newestRun?.startedAt ?? row.newestRun?.queuedAt ?? 0;

/** How many rows would stand higher if the list were sorted by its newest starts again. */
export function countMovedUp(rows: readonly PipelineRow[]): number {
  const sorted = rows.toSorted((a, b) => startOf(b) - startOf(a));
  return rows.filter((row, index) => sorted.indexOf(row) < index).length;
}

export const isFiltered = (state: ListState): boolean =>
  state.show !== 'all' || state.search !== '' || state.project !== undefined || state.person !== undefined || state.tally !== undefined;
