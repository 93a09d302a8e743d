import type { Background } from './background.js';
import type { Timers } from './ports/environment.js';

/** Gathers items for a while and then handles them together; what fails is handled again with the next. */
export class Coalescer<Item> {
  readonly #timers: Timers;
  readonly #background: Background;
  readonly #options: { readonly name: string; readonly delayMs: number; readonly handle: (items: readonly Item[]) => Promise<void> };
  readonly #handling = new Set<Promise<void>>();
  #items: Item[] = [];
  #timer: (() => void) | undefined;

  constructor(
    ports: { readonly timers: Timers; readonly background: Background },
    options: { readonly name: string; readonly delayMs: number; readonly handle: (items: readonly Item[]) => Promise<void> },
  ) {
    this.#timers = ports.timers;
    this.#background = ports.background;
    this.#options = options;
  }

  add(items: readonly Item[]): void {
    if (items.length === 0) return;
    this.#items.push(...items);
    this.#timer ??= this.#timers.after(this.#options.delayMs, () => this.flush());
  }

  /** Handles at once what has gathered. */
  flush(): void {
    this.#timer?.();
    this.#timer = undefined;
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    const handling = this.#handle(items);
    this.#handling.add(handling);
    this.#background.run(this.#options.name, () => handling.finally(() => this.#handling.delete(handling)));
  }

  /** Handles at once what has gathered, and waits for all that is being handled. Rejects where that failed; it is handled again. */
  async settled(): Promise<void> {
    this.flush();
    await Promise.all(this.#handling);
  }

  async #handle(items: Item[]): Promise<void> {
    try {
      await this.#options.handle(items);
    } catch (error) {
      this.add(items);
      throw error;
    }
  }
}
