import type { Monotonic, Timers } from '../ports/environment.js';
import type { LogIntake } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';
import { LogService } from './log-intake.js';
import { LogQueries } from './log-queries.js';
import type { LogStorage } from './log-storage.js';

export interface Logs {
  readonly intake: LogIntake;
  readonly queries: LogQueries;
  /** Waits for what was begun and closes the storage. */
  close(): Promise<void>;
}

/** The logs of all attempts over one storage, which they own from here on. */
export function createLogs(ports: {
  readonly storage: LogStorage;
  readonly signals: Signals;
  readonly timers: Timers;
  readonly monotonic: Monotonic;
}): Logs {
  const intake = new LogService(ports);
  return {
    intake,
    queries: new LogQueries(ports),
    close: async () => {
      intake.close();
      await ports.storage.close();
    },
  };
}
