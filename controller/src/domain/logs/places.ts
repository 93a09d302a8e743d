import type { Instant } from '@drover/protocol';

/** A known place of a log: `line` line ends lie before byte `offset`; what follows was printed at `at`, where that is known. */
export interface LogPlace {
  readonly offset: number;
  readonly line: number;
  readonly at?: Instant;
}

/** Where the writing of a log stands, with the newest place that was noted. */
export interface LogCursor {
  readonly offset: number;
  readonly line: number;
  /** The last byte ended a line, or there is none. */
  readonly endsLine: boolean;
  readonly placed: LogPlace;
}

export const emptyLog: LogCursor = { offset: 0, line: 0, endsLine: true, placed: { offset: 0, line: 0 } };

/** A place is due this often (and noted within the next 4 KB), so that any line is found by reading little more than this. */
export const placeEveryBytes = 65_536;
export const placeEveryLines = 1_024;
/** Marks closer in time than this are dropped: a log with time marks stays far smaller than the log. */
export const markEveryMs = 10;

const lineEnd = 0x0a;

/** How many lines a log has: an unfinished last one counts. */
export const linesOf = (cursor: LogCursor): number => cursor.line + (cursor.endsLine ? 0 : 1);

/** Takes in bytes that follow the cursor: the cursor behind them, and the places to note on the way. Marks outside of the bytes are ignored. */
export function scan(
  cursor: LogCursor,
  bytes: Uint8Array,
  marks: ReadonlyArray<readonly [offset: number, at: Instant]> = [],
): { readonly cursor: LogCursor; readonly places: readonly LogPlace[] } {
  const places: LogPlace[] = [];
  const start = cursor.offset;
  const end = start + bytes.length;
  let { line, placed, offset } = cursor;
  const note = (place: LogPlace): void => {
    places.push(place);
    placed = place;
  };
  const walkTo = (stop: number): void => {
    while (offset < stop) {
      const next = Math.min(stop, offset + strideBytes);
      line += lineEndsIn(bytes, offset - start, next - start);
      offset = next;
      if (offset - placed.offset >= placeEveryBytes || line - placed.line >= placeEveryLines) note(timed(offset, line, placed.at));
    }
  };
  for (const [mark, instant] of marks) {
    if (mark < offset || mark >= end) continue;
    walkTo(mark);
    if (isNews(placed, instant)) note({ offset: mark, line, at: instant });
  }
  walkTo(end);
  return { cursor: { offset, line, endsLine: bytes.length === 0 ? cursor.endsLine : bytes[bytes.length - 1] === lineEnd, placed }, places };
}

/** `scan` over several buffers that follow each other. */
export function scanAll(
  start: LogCursor,
  buffers: readonly Uint8Array[],
  marks: ReadonlyArray<readonly [offset: number, at: Instant]> = [],
): { readonly cursor: LogCursor; readonly places: readonly LogPlace[] } {
  let cursor = start;
  const places: LogPlace[] = [];
  for (const bytes of buffers) {
    const scanned = scan(cursor, bytes, marks);
    cursor = scanned.cursor;
    places.push(...scanned.places);
  }
  return { cursor, places };
}

/** How often it is looked whether a place is due. */
const strideBytes = 4_096;

/** How many line ends lie in a part of these bytes. From one to the next: on lines of 100 bytes seven times as fast as byte by byte. */
export function lineEndsIn(bytes: Uint8Array, from: number, to: number): number {
  const part = bytes.subarray(from, to);
  let count = 0;
  for (let at = part.indexOf(lineEnd); at >= 0; at = part.indexOf(lineEnd, at + 1)) count++;
  return count;
}

/** A clock that went back, and a mark right behind another, tell nothing. */
const isNews = (placed: LogPlace, instant: Instant): boolean => placed.at === undefined || instant - placed.at >= markEveryMs;

const timed = (offset: number, line: number, at: Instant | undefined): LogPlace =>
  at === undefined ? { offset, line } : { offset, line, at };

/** Index of the last of `count` things for which a claim holds that, once false, stays false; -1 where it holds for none. */
export function lastWhere(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The places that cover `[from, to)`: those inside, and the last one at or before `from`. */
export function covering(places: readonly LogPlace[], range: { readonly from: number; readonly to: number }): readonly LogPlace[] {
  const first = Math.max(
    0,
    lastWhere(places.length, (index) => (places[index]?.offset ?? 0) <= range.from),
  );
  const last = lastWhere(places.length, (index) => (places[index]?.offset ?? 0) < range.to);
  return places.slice(first, last + 1);
}

/** The moment at which the byte at `offset` was printed, as far as these places (in order) tell. */
export function momentOf(places: readonly LogPlace[], offset: number): Instant | undefined {
  return places[lastWhere(places.length, (index) => (places[index]?.offset ?? 0) <= offset)]?.at;
}
