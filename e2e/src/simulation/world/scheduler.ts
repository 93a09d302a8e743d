export type Cancel = () => void;

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
  /** Starts no asynchronous work: nothing has to come to rest after it. */
  readonly isQuiet: boolean;
  isCancelled: boolean;
}

/** Owns all time and all asynchrony: whatever happens in a history is one of its steps, and between two steps everything has come to rest. */
export class Scheduler {
  nowMs = 0;
  steps = 0;
  #order = 0;
  readonly #heap: Due[] = [];

  after(delayMs: number, action: () => void, isQuiet = false): Cancel {
    const due: Due = { atMs: this.nowMs + Math.max(0, delayMs), order: (this.#order += 1), action, isQuiet, isCancelled: false };
    this.#push(due);
    return () => void (due.isCancelled = true);
  }

  /** Does the next step; false when there is none before that moment. */
  async step(untilMs: number): Promise<boolean> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) return false;
      this.#pop();
      if (next.isCancelled) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.action();
      if (!next.isQuiet) await rest();
      return true;
    }
  }

  /** Plays on for so long, or until `isOver`. */
  async play(forMs: number, isOver: () => boolean): Promise<void> {
    const untilMs = this.nowMs + forMs;
    while (!isOver() && (await this.step(untilMs)));
    if (!isOver()) this.nowMs = untilMs;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || precedes(above, due)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && precedes(right, left)) child += 1;
      const least = heap[child];
      if (least === undefined || precedes(last, least)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
  }
}

const precedes = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** Every promise that waits for nothing but promises has settled. There is no other input: nothing here is read from the machine. */
export const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
