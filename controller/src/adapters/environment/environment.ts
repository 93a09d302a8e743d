import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Clock, Ids, Monotonic, Timers } from '../../services/ports/environment.js';

export const systemClock: Clock = { now: () => Date.now() };
export const systemMonotonic: Monotonic = { elapsedMs: () => performance.now() };

/** ULIDs in lower case: sortable by time, and growing within this process. */
export function createIds(): Ids {
  const next = monotonicFactory(pooledRandom());
  return { next: () => next().toLowerCase() };
}

/** Numbers in [0, 1) of the system's random bytes, fetched many at once: one by one they cost more than anything else of an id. */
function pooledRandom(): () => number {
  const pool = new Uint32Array(1_024);
  let taken = pool.length;
  return () => {
    if (taken === pool.length) {
      randomFillSync(pool);
      taken = 0;
    }
    const value = pool[taken] ?? 0;
    taken += 1;
    return value / 2 ** 32;
  };
}

/** One-shot timers that are all gone once it is closed. They keep no process alive. */
export function createTimers(): Timers & { close(): void } {
  const open = new Set<NodeJS.Timeout>();
  return {
    after(delayMs, action) {
      const timer = setTimeout(() => {
        open.delete(timer);
        action();
      }, delayMs);
      timer.unref();
      open.add(timer);
      return () => {
        clearTimeout(timer);
        open.delete(timer);
      };
    },
    close() {
      open.forEach((timer) => clearTimeout(timer));
      open.clear();
    },
  };
}

const dayMs = 86_400_000;

/** The moment at which the present day began in a zone. */
export function startOfDay(now: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const sinceMidnightMs = (of('hour') * 3_600 + of('minute') * 60 + of('second')) * 1_000 + (now % 1_000);
  return Math.max(now - dayMs, now - sinceMidnightMs);
}
