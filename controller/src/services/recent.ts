/** The values that were put in last: when there are more than so many, the one that was put in the longest ago goes. */
export class Recent<Key, Value> {
  readonly #most: number;
  readonly #values = new Map<Key, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  keep(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
  }

  forgetWhere(test: (value: Value) => boolean): void {
    for (const [key, value] of this.#values) if (test(value)) this.#values.delete(key);
  }

  forget(key: Key): void {
    this.#values.delete(key);
  }
}
