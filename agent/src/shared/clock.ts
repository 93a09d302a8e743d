import type { Instant } from '@drover/protocol';

/** Time as the agent sees it; replaced by a hand-moved one in tests. */
export interface Clock {
  /** The wall clock, for records that people read. */
  now(): Instant;
  /** Milliseconds that never jump, for limits and deadlines. */
  monotonicMs(): number;
  /** Calls once after `ms`, unless cancelled before. */
  after(ms: number, call: () => void): Cancel;
}
export type Cancel = () => void;

/** Longest wait that `setTimeout` takes; a longer one is cut into such pieces. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: afterOnSystemClock,
};

function afterOnSystemClock(ms: number, call: () => void): Cancel {
  const piece = Math.min(Math.max(ms, 0), longestTimerMs);
  let cancelRest: Cancel = () => undefined;
  const timer = setTimeout(() => {
    if (ms > piece) cancelRest = afterOnSystemClock(ms - piece, call);
    else call();
  }, piece);
  return () => {
    clearTimeout(timer);
    cancelRest();
  };
}
