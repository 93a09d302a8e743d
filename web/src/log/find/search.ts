import type { LogHits } from '@drover/protocol/api';

/** What was searched for and found so far, by line from 0. */
export interface Search {
  readonly query: string;
  readonly lines: readonly number[];
  /** Place in `lines` of the hit that is shown. */
  readonly current: number;
  /** Line from which the rest is still to be searched; undefined when the whole log has been. */
  readonly next: number | undefined;
}

/** Beyond this many lines with hits the count says so and the search rests. */
export const maxHits = 2_000;

export const startSearch = (query: string): Search => ({ query, lines: [], current: -1, next: 0 });

/** The search with one more answer of the controller; the first hit at or after `from` is shown first. */
export function withHits(search: Search, answer: LogHits, from: number): Search {
  const lines = [...search.lines];
  for (const { line } of answer.hits) if (line > (lines.at(-1) ?? -1)) lines.push(line);
  const next = lines.length >= maxHits ? undefined : answer.next;
  const ahead = lines.findIndex((line) => line >= from);
  const current = search.current >= 0 ? search.current : ahead >= 0 ? ahead : next === undefined && lines.length > 0 ? 0 : -1;
  return { ...search, lines, next, current };
}

/** The search with the neighbouring hit shown, going round at the ends. */
export function step(search: Search, direction: 1 | -1): Search {
  const { length } = search.lines;
  return length === 0 ? search : { ...search, current: (search.current + direction + length) % length };
}

/** Where `query` stands in a line, whatever its case: `[start, end]` pairs that don't overlap. */
export function matches(text: string, query: string): [number, number][] {
  if (query === '') return [];
  const [where, what] = [text.toLowerCase(), query.toLowerCase()];
  // Some characters change their length in lower case: then places would be off, so none are shown.
  if (where.length !== text.length) return [];
  const found: [number, number][] = [];
  for (let at = where.indexOf(what); at !== -1; at = where.indexOf(what, at + what.length)) found.push([at, at + what.length]);
  return found;
}
