/** A set of the things that were used last. */
export class LastUsed<T> {
  readonly #things = new Set<T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  has(thing: T): boolean {
    return this.#things.has(thing);
  }

  add(thing: T): void {
    this.#things.delete(thing);
    this.#things.add(thing);
    const [oldest] = this.#things;
    if (oldest !== undefined && this.#things.size > this.#most) this.#things.delete(oldest);
  }

  remove(thing: T): void {
    this.#things.delete(thing);
  }
}
