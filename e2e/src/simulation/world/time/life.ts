import type { Cancel, Scheduler } from './scheduler.js';

/** One process from its start to its end: after the end its timers are silent, and nobody answers it. */
export class Life {
  /** When it ended; undefined while it continues. */
  endedMs: number | undefined;
  /** Added to the wall clock by jumps. */
  skewMs: number;
  readonly #scheduler: Scheduler;
  readonly #bornMs: number;
  readonly #monotonicMs: number;

  constructor(scheduler: Scheduler, { skewMs, monotonicMs }: { readonly skewMs: number; readonly monotonicMs: number }) {
    this.#scheduler = scheduler;
    this.#bornMs = scheduler.nowMs;
    this.#monotonicMs = monotonicMs;
    this.skewMs = skewMs;
  }

  get isOver(): boolean {
    return this.endedMs !== undefined;
  }

  end(): void {
    this.endedMs ??= this.#scheduler.nowMs;
  }

  after(delayMs: number, action: () => void): Cancel {
    return this.#scheduler.after(delayMs, () => {
      if (!this.isOver) action();
    });
  }

  /** By the clock on the wall, which may jump. */
  now(): number {
    return Math.floor(startOfTime + this.#scheduler.nowMs + this.skewMs);
  }

  /** By a clock that never jumps, and that begins anywhere. */
  monotonic(): number {
    return this.#monotonicMs + this.#scheduler.nowMs - this.#bornMs;
  }
}

const startOfTime = 1_750_000_000_000;
