import type { Cancel, Clock } from '../shared/clock.js';

interface Alarm {
  readonly at: number;
  readonly call: () => void;
}

/** A clock that stands still until a test moves it; alarms ring in order while it is moved. */
export class HandClock implements Clock {
  #elapsedMs = 0;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return 1_700_000_000_000 + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(ms: number, call: () => void): Cancel {
    const alarm: Alarm = { at: this.#elapsedMs + Math.max(ms, 0), call };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** How many alarms are set. */
  get pending(): number {
    return this.#alarms.size;
  }

  move(ms: number): void {
    const end = this.#elapsedMs + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#alarms.delete(next);
      this.#elapsedMs = next.at;
      next.call();
    }
    this.#elapsedMs = end;
  }

  #next(until: number): Alarm | undefined {
    return [...this.#alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}
