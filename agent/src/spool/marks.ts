import type { Instant } from '@drover/protocol';
import type { LogMarks } from '@drover/protocol/agent';

/** Bytes that come within this time of a mark share it. */
const resolutionMs = 10;
/** More marks than this are thinned to half: times get coarser, memory stays small. */
const mostMarks = 50_000;

type Mark = [offset: number, instant: Instant];

/** When which byte of a log was printed. Grows in offset and in time, whatever the clock does. */
export class Marks {
  #marks: Mark[] = [];
  #stepMs = resolutionMs;

  add(offset: number, now: Instant): void {
    const last = this.#marks.at(-1);
    if (last && (now - last[1] < this.#stepMs || offset <= last[0])) return;
    this.#marks.push([offset, now]);
    if (this.#marks.length > mostMarks) this.#thin();
  }

  /** The marks of `[from, to)`, at most `limit`; `end` is where the part ends that they speak of. */
  within(from: number, to: number, limit: number): { readonly marks: LogMarks; readonly end: number } {
    const first = this.#indexOf(from);
    const marks = this.#marks.slice(first, first + limit).filter(([offset]) => offset < to);
    const next = this.#marks[first + limit];
    return { marks, end: next && next[0] < to ? next[0] : to };
  }

  /** Forgets what lies before `offset`. */
  forget(offset: number): void {
    const first = this.#indexOf(offset);
    if (first > 0) this.#marks.splice(0, first);
  }

  /** Index of the first mark at or behind `offset`. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const mark = this.#marks[middle];
      if (mark && mark[0] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #thin(): void {
    this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
    this.#stepMs *= 2;
  }
}
