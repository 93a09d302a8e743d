import type { Instant } from '@drover/protocol';
import type { Cancel, Clock, Monotonic, Timers } from '../../services/ports/environment.js';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** Clock, monotonic clock and timers that move only when told. */
export class ManualTime implements Clock, Monotonic, Timers {
  #elapsedMs = 0;
  #skewMs: number;
  #order = 0;
  readonly #due = new Set<Due>();

  constructor(startAt: Instant = 1_750_000_000_000) {
    this.#skewMs = startAt;
  }

  now(): Instant {
    return this.#skewMs + this.#elapsedMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, action: () => void): Cancel {
    const due: Due = { atMs: this.#elapsedMs + Math.max(0, delayMs), order: (this.#order += 1), action };
    this.#due.add(due);
    return () => void this.#due.delete(due);
  }

  /** The wall clock jumps; what is monotonic does not notice. */
  jump(byMs: number): void {
    this.#skewMs += byMs;
  }

  /** Moves on, letting work settle after each timer. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#elapsedMs + byMs;
    await settle();
    for (;;) {
      const next = [...this.#due].filter((due) => due.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (next === undefined) break;
      this.#due.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      next.action();
      await settle();
    }
    this.#elapsedMs = untilMs;
    await settle();
  }

  get pendingTimers(): number {
    return this.#due.size;
  }
}

/** Lets everything that only waits for other promises come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
