export type Cancel = () => void;

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
  isCancelled: boolean;
}

interface Playing {
  readonly untilMs: number;
  readonly isOver: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const turnsAtOnce = 64;
/** Time moves with each delay, however short: a difference of two times may be less than what can be added to one of them. */
const leastDelayMs = 0.0001;
/** A program that does so much at one moment goes round in circles. */
const mostStepsAtOnce = 50_000;

/** Owns all time and all asynchrony: whatever happens in a history is one of its steps, and between two steps everything has come to rest. */
export class Scheduler {
  nowMs = 0;
  steps = 0;
  #stepsAtOnce = 0;
  #order = 0;
  readonly #heap: Due[] = [];
  #playing: Playing | undefined;
  #turns = 0;

  after(delayMs: number, action: () => void): Cancel {
    const atMs = this.nowMs + (delayMs > 0 ? Math.max(delayMs, leastDelayMs) : 0);
    const due: Due = { atMs, order: (this.#order += 1), action, isCancelled: false };
    this.#push(due);
    return () => void (due.isCancelled = true);
  }

  /** Plays on for so long, or until `isOver`. */
  play(forMs: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#playing = { untilMs: this.nowMs + forMs, isOver, resolve, reject };
      this.#askForTurns();
    });
  }

  /** Between two immediates Node settles everything that waits for promises alone; asked for many at once, they cost one round of its loop. */
  #askForTurns(): void {
    for (; this.#turns < turnsAtOnce; this.#turns += 1) setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#turns -= 1;
    const playing = this.#playing;
    if (playing === undefined) return;
    try {
      if (!playing.isOver() && this.#step(playing.untilMs)) return this.#turns > 0 ? undefined : this.#askForTurns();
      if (!playing.isOver()) this.nowMs = playing.untilMs;
      this.#end(() => playing.resolve());
    } catch (error) {
      this.#end(() => playing.reject(error));
    }
  }

  #end(settle: () => void): void {
    this.#playing = undefined;
    settle();
  }

  /** Does the next step; false when there is none before that moment. */
  #step(untilMs: number): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) return false;
      this.#pop();
      if (next.isCancelled) continue;
      this.#stepsAtOnce = next.atMs > this.nowMs ? 0 : this.#stepsAtOnce + 1;
      if (this.#stepsAtOnce > mostStepsAtOnce) throw new Error(`time stands still at ${this.nowMs} ms`);
      this.nowMs = next.atMs;
      this.steps += 1;
      next.action();
      return true;
    }
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
