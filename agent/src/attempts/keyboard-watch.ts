import type { RunningStep } from '../executors/executor.js';
import type { Cancel, Clock } from '../shared/clock.js';

/** A program that prints nothing for so long may wait for a key. */
const firstLookMs = 2_000;
/** A look costs some milliseconds of the processor: the longer a step runs, the rarer they are. */
const lastLookMs = 30_000;

export interface KeyboardWatchParts {
  readonly running: RunningStep;
  readonly clock: Clock;
  /** Grows with what is printed. */
  readonly printed: () => number;
  readonly say: (line: string) => void;
}

/** Looks at a silent step, less and less often, and ends programs in it that wait for a key. Ends with the step or by the returned call. */
export function watchKeyboard({ running, clock, printed, say }: KeyboardWatchParts): Cancel {
  let isOver = false;
  let cancelTimer: Cancel = () => undefined;
  const lookAfter = (ms: number, before: number) => {
    cancelTimer = clock.after(ms, () => {
      if (printed() !== before) return lookAfter(ms, printed());
      void look().then((ended) => {
        if (!isOver) lookAfter(ended ? firstLookMs : Math.min(2 * ms, lastLookMs), printed());
      });
    });
  };
  const look = async (): Promise<boolean> => {
    const names = (await running.endKeyReaders?.().catch(() => [])) ?? []; // the next look may succeed
    if (names.length > 0) say(`[drover] ${names.join(', ')} waited for a key, but nobody is at the keyboard of a step: ended`);
    return names.length > 0;
  };
  if (running.endKeyReaders !== undefined) lookAfter(firstLookMs, printed());
  return () => {
    isOver = true;
    cancelTimer();
  };
}
