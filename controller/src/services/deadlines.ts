import type { Cancel, Timers } from './ports/environment.js';

/** Longest delay that timers take; farther moments are reached in several. */
const longestDelayMs = 2_000_000_000;

/** At most one timer for each key. */
export class Deadlines<Key> {
  readonly #timers: Timers;
  readonly #running = new Map<Key, Cancel>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Replaces the key's timer, if it has one. */
  set(key: Key, delayMs: number, action: () => void): void {
    this.clear(key);
    const wait = Math.max(0, Math.min(delayMs, longestDelayMs));
    const cancel = this.#timers.after(wait, () => {
      this.#running.delete(key);
      if (delayMs > wait) this.set(key, delayMs - wait, action);
      else action();
    });
    this.#running.set(key, cancel);
  }

  clear(key: Key): void {
    this.#running.get(key)?.();
    this.#running.delete(key);
  }

  close(): void {
    this.#running.forEach((cancel) => cancel());
    this.#running.clear();
  }
}
