export interface QueueBounds {
  /** Actions that run at once. */
  readonly atOnce: number;
  /** Actions that may wait. */
  readonly waiting: number;
  /** Of those, so many of one caller. */
  readonly waitingOfOne: number;
}

/** Who wants something done: callers share the queue fairly, and what a caller gave up is not begun. */
export interface Caller {
  readonly key: string;
  /** Has been right before: waits apart from strangers. */
  readonly isKnown?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export type Queued<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: 'full' | 'givenUp' };

interface Waiting {
  readonly caller: Caller;
  readonly begin: (mayBegin: boolean) => void;
}

/** Runs actions in the order they came, few at once, and refuses what would have to wait too long. */
export class BoundedQueue {
  readonly #bounds: QueueBounds;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  async run<T>(caller: Caller, action: () => Promise<T>): Promise<Queued<T>> {
    if (caller.signal?.aborted === true) return { ok: false, reason: 'givenUp' };
    if (this.#running < this.#bounds.atOnce) this.#running += 1;
    else if (this.#isFullFor(caller)) return { ok: false, reason: 'full' };
    else if (!(await this.#turn(caller))) return { ok: false, reason: 'givenUp' };
    try {
      return { ok: true, value: await action() };
    } finally {
      this.#next();
    }
  }

  #isFullFor({ key }: Caller): boolean {
    if (this.#waiting.size >= this.#bounds.waiting) return true;
    return [...this.#waiting].filter(({ caller }) => caller.key === key).length >= this.#bounds.waitingOfOne;
  }

  /** Whether the caller still wants it when its turn comes. */
  #turn(caller: Caller): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = { caller, begin: resolve };
      this.#waiting.add(waiting);
      caller.signal?.addEventListener('abort', () => this.#waiting.delete(waiting) && resolve(false), { once: true });
    });
  }

  #next(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else {
      this.#waiting.delete(next);
      next.begin(true);
    }
  }
}
