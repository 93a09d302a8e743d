import type { Catalogue } from './catalogue.js';
import type { Environment } from './environment.js';

/** One command of a client, ready to run. */
export interface Work {
  /** Connection it came on: its commands keep their order. */
  readonly source: object;
  readonly writes: boolean;
  /** Runs the command; throws only where nothing of it may stay. */
  readonly run: () => void;
  /** Called once the outcome is durable, or with what went wrong. */
  readonly settle: (error: unknown) => void;
}

/**
 * Group commit: all commands that arrived in one turn of the event loop run in one transaction with one sync to
 * disk, and are answered after it. Where it fails, each is tried again alone, so that only the guilty one fails.
 */
export class Committer {
  #queue: Work[] = [];
  #scheduled = false;

  constructor(
    private readonly environment: Environment,
    private readonly catalogue: Catalogue,
  ) {}

  /** Queues a command for the end of this turn. */
  submit(work: Work): void {
    this.#queue.push(work);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.drain();
    });
  }

  /** Runs everything that is queued now. */
  drain(): void {
    let queue: readonly Work[] = this.#queue;
    this.#queue = [];
    while (queue.length > 0) queue = this.#round(queue);
  }

  /**
   * Commits the writes together; reads run outside of the transaction, because a part of a cursor must not be handed
   * out twice. What follows a read that follows a write of its connection is given back for the next round.
   */
  #round(queue: readonly Work[]): readonly Work[] {
    const progress = new Map<object, 'wrote' | 'held'>();
    const writes: Work[] = [];
    const held: Work[] = [];
    for (const work of queue) {
      const before = progress.get(work.source);
      if (before === 'held' || (before === 'wrote' && !work.writes)) {
        progress.set(work.source, 'held');
        held.push(work);
      } else if (work.writes) {
        progress.set(work.source, 'wrote');
        writes.push(work);
      } else {
        work.settle(outcome(work.run));
      }
    }
    if (writes.length > 0) this.#commit(writes);
    return held;
  }

  #commit(batch: readonly Work[]): void {
    const error = outcome(() => this.transact(() => batch.forEach((work) => work.run())));
    if (error === undefined || batch.length === 1) {
      for (const work of batch) work.settle(error);
    } else {
      for (const work of batch) this.#commit([work]);
    }
  }

  /** Runs a change in a transaction of its own; on any error nothing of it stays, in the files or in memory. */
  transact(change: () => void): void {
    try {
      this.environment.root.transactionSync(() => {
        change();
        this.catalogue.flush();
      });
    } catch (error) {
      this.catalogue.reload();
      throw error;
    }
  }
}

function outcome(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error ?? new Error('failed without a reason');
  }
}
