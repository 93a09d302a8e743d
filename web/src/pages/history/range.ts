import type { RunSummary } from '@drover/protocol/api';

type Status = RunSummary['status'];

/** Which runs the history shows; dates are days `yyyy-mm-dd` of the reader. */
export interface Range {
  readonly days: 7 | 14 | 31;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly status: Status | undefined;
  readonly page: number;
}

const day = /^\d{4}-\d{2}-\d{2}$/;
const statuses: readonly string[] = ['queued', 'running', 'succeeded', 'failed', 'timedOut', 'lost', 'stopped'];
export const pageSize = 20;

/** Reads the range from an address; what makes no sense there is left out. */
export function rangeOf(search: URLSearchParams): Range {
  const days = Number(search.get('days'));
  const date = (name: string): string | undefined => (day.test(search.get(name) ?? '') ? (search.get(name) ?? undefined) : undefined);
  const status = search.get('status') ?? '';
  return {
    days: days === 14 || days === 31 ? days : 7,
    from: date('from'),
    to: date('to'),
    status: statuses.includes(status) ? (status as Status) : undefined,
    page: Math.max(1, Math.floor(Number(search.get('page'))) || 1),
  };
}

/** The address after a change; another range begins at its first page. */
export function changed(search: URLSearchParams, change: Partial<Range>): URLSearchParams {
  const next = new URLSearchParams(search);
  if (!('page' in change)) next.delete('page');
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) next.delete(name);
    else next.set(name, String(value));
  }
  return next;
}

const dayMs = 86_400_000;

/** The range as the controller is asked for it: moments, with the last day in it. `offsetMinutes` as JavaScript has it, negative in the east. */
export function apiQuery(range: Range, offsetMinutes: number): Record<string, number | string> {
  const start = (date: string): number => Date.parse(`${date}T00:00:00Z`) + offsetMinutes * 60_000;
  const time: Record<string, number> =
    range.from === undefined && range.to === undefined
      ? { days: range.days }
      : {
          ...(range.from === undefined ? {} : { from: start(range.from) }),
          ...(range.to === undefined ? {} : { to: start(range.to) + dayMs - 1 }),
        };
  return { ...time, ...(range.status === undefined ? {} : { status: range.status }), page: range.page, pageSize };
}
