import type { Scheduler } from './scheduler.js';

/** Who did what, and when; kept only when a history is told, since most are not. */
export class Trace {
  readonly lines: string[] = [];
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  say(who: string, what: string): void {
    const { nowMs } = this.#scheduler;
    const time = `${String(Math.floor(nowMs / 60_000)).padStart(3)}:${(Math.floor(nowMs % 60_000) / 1_000).toFixed(3).padStart(6, '0')}`;
    this.lines.push(`${time}  ${who.padEnd(13)} ${what}`);
  }
}

/** The last characters of an id tell it from the others of a history. */
export const short = (id: string): string => (id.includes('.') ? id.slice(id.indexOf('.') - 3) : id.slice(-3));
