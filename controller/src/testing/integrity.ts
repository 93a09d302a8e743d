import { Integrity } from '../services/integrity/integrity.js';
import type { DamageRecord } from '../services/integrity/integrity-ports.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => silent };

/** Checks of stored bytes whose findings are kept in memory. */
export function integrityInMemory(
  records = new Map<string, DamageRecord>(),
  time: { elapsedMs(): number; now(): number } = { elapsedMs: () => 0, now: () => 0 },
): Integrity {
  return new Integrity({
    store: {
      all: () => Promise.resolve([...records.values()]),
      put: (record) => Promise.resolve(void records.set(record._id, record)),
      remove: (id) => Promise.resolve(void records.delete(id)),
    },
    monotonic: time,
    clock: time,
    log: silent,
  });
}
