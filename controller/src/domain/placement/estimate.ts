/** Longer queues are not estimated: too much may change before their end. */
const longestQueue = 1_000;

export interface QueueAhead {
  /** Slots that could take the task: when each gets free, in milliseconds from now. */
  readonly slotsFreeInMs: readonly (number | undefined)[];
  /** What the tasks before it in the queue usually take, in order. */
  readonly aheadMs: readonly (number | undefined)[];
}

/**
 * When it is a task's turn, in milliseconds from now: the slots are given to those ahead of it, each for as long as it
 * usually takes. Undefined when that depends on a task whose duration is not known.
 */
export function turnInMs({ slotsFreeInMs, aheadMs }: QueueAhead): number | undefined {
  if (slotsFreeInMs.length === 0 || aheadMs.length > longestQueue) return undefined;
  // a slot that is busy for an unknown time is free last
  const free = slotsFreeInMs.map((ms) => ms ?? Infinity);
  for (const tookMs of aheadMs) {
    const first = indexOfLeast(free);
    free[first] = (free[first] ?? Infinity) + (tookMs ?? Infinity);
  }
  const turn = free[indexOfLeast(free)] ?? Infinity;
  return Number.isFinite(turn) ? Math.round(turn) : undefined;
}

const indexOfLeast = (values: readonly number[]): number =>
  values.reduce((best, value, index) => (value < (values[best] ?? Infinity) ? index : best), 0);
