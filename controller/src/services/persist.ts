import type { Log, Timers } from './ports/environment.js';

/** How long writes are tried again while the store does not answer: from 50 ms, doubling, up to this. */
const longestPauseMs = 5_000;

export interface Persistence {
  readonly timers: Timers;
  readonly log: Log;
  readonly isClosed: () => boolean;
}

/** Thrown to callers that wait for a write while the controller closes. */
export class ClosedError extends Error {
  constructor() {
    super('the controller is closing');
    this.name = 'ClosedError';
  }
}

/** Does a piece of work that may be done twice until it succeeds; pauses grow. Gives up only when the controller closes. */
export async function persist<T>(name: string, ports: Persistence, work: (trial: number) => Promise<T>): Promise<T> {
  for (let trial = 1; ; trial += 1) {
    try {
      return await work(trial);
    } catch (error) {
      if (error instanceof ClosedError || ports.isClosed()) throw error;
      ports.log.warn('the store did not take a write; it is tried again', { work: name, trial, error });
      await pause(ports.timers, Math.min(longestPauseMs, 50 * 2 ** Math.min(trial - 1, 10)));
      if (ports.isClosed()) throw new ClosedError();
    }
  }
}

const pause = (timers: Timers, delayMs: number): Promise<void> => new Promise((resolve) => void timers.after(delayMs, resolve));
