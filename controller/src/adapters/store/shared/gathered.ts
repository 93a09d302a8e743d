/** What goes with one command, at most. */
const mostTogether = 500;

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** The driver could not encode what it was given, so that nothing was sent: the fault of one item, not of all. */
const isUnsendable = (error: unknown): boolean => error instanceof Error && error.name === 'BSONError';

/**
 * Writes that are asked for in the same turn go to the store as one command: with many agents at work the commands
 * would otherwise cost more than the writes. `write` answers each item in its place; a fault is everybody's.
 */
export class Gathered<Item, Answer> {
  readonly #write: (items: readonly Item[]) => Promise<readonly Answer[]>;
  #waiting: Array<Waiting<Item, Answer>> = [];

  constructor(write: (items: readonly Item[]) => Promise<readonly Answer[]>) {
    this.#write = write;
  }

  /** Resolves with the answer once what was asked is durable, or it is known what was in its way. */
  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#sendAll());
      this.#waiting.push({ item, resolve, reject });
    });
  }

  #sendAll(): void {
    const all = this.#waiting.splice(0);
    for (let start = 0; start < all.length; start += mostTogether) void this.#send(all.slice(start, start + mostTogether));
  }

  async #send(together: ReadonlyArray<Waiting<Item, Answer>>): Promise<void> {
    try {
      const answers = await this.#write(together.map(({ item }) => item));
      together.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer === undefined) reject(new Error('a write was not answered'));
        else resolve(answer);
      });
    } catch (error) {
      if (together.length === 1 || !isUnsendable(error)) return together.forEach(({ reject }) => reject(error));
      for (const one of together) void this.#send([one]);
    }
  }
}
