import type { Monotonic } from './ports/environment.js';

/** Remembers answers for a while; of callers at once only the first asks. A failure is not remembered. */
export class Memo<Key, Value> {
  readonly #monotonic: Monotonic;
  readonly #keepMs: number;
  readonly #largest: number;
  readonly #known = new Map<Key, { readonly untilMs: number; readonly value: Promise<Value> }>();

  constructor(monotonic: Monotonic, options: { readonly keepMs: number; readonly largest: number }) {
    this.#monotonic = monotonic;
    this.#keepMs = options.keepMs;
    this.#largest = options.largest;
  }

  get(key: Key, ask: () => Promise<Value>): Promise<Value> {
    const nowMs = this.#monotonic.elapsedMs();
    const known = this.#known.get(key);
    if (known !== undefined && known.untilMs > nowMs) return known.value;
    const value = ask();
    this.#known.delete(key);
    this.#known.set(key, { untilMs: nowMs + this.#keepMs, value });
    value.catch(() => {
      if (this.#known.get(key)?.value === value) this.#known.delete(key);
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#largest && oldest !== undefined) this.#known.delete(oldest);
    return value;
  }

  forget(key: Key): void {
    this.#known.delete(key);
  }
}
