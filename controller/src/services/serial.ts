/** Runs pieces of work for one key one after the other, in the order they came; different keys don't wait for each other. */
export class Serial<Key> {
  readonly #last = new Map<Key, Promise<void>>();

  /** Whether something of that key is under way. */
  isBusy(key: Key): boolean {
    return this.#last.has(key);
  }

  run<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const result = before === undefined ? work() : before.then(work);
    const settled = result.then(noop, noop);
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return result;
  }
}

const noop = (): void => undefined;
