import type { LogProof } from '@drover/protocol/agent';
import type { Integrity } from '../integrity/integrity.js';
import type { Stored } from '../integrity/integrity-ports.js';
import type { Monotonic, Timers } from '../ports/environment.js';
import type { LogIdentity, LogIntake } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';
import { LogService } from './log-intake.js';
import { LogQueries } from './log-queries.js';
import type { LogStorage } from './log-storage.js';
import { storedLog } from './stored-log.js';

export interface Logs {
  readonly intake: LogIntake;
  readonly queries: LogQueries;
  /** The log as a check wants it; undefined while it is not sealed. */
  stored(log: LogIdentity, proof: LogProof | undefined): Promise<Stored | undefined>;
  /** Waits for what was begun and closes the storage. */
  close(): Promise<void>;
}

/** The logs of all attempts over one storage, which they own from here on. */
export function createLogs(ports: {
  readonly storage: LogStorage;
  readonly signals: Signals;
  readonly timers: Timers;
  readonly monotonic: Monotonic;
  readonly integrity: Integrity;
}): Logs {
  const intake = new LogService(ports);
  return {
    intake,
    queries: new LogQueries(ports),
    stored: async (log, proof) => storedLog(ports, log, await ports.storage.stat(log), proof),
    close: async () => {
      intake.close();
      await ports.storage.close();
    },
  };
}
