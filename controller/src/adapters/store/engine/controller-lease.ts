import type { Collection, Db } from 'mongodb';
import type { ControllerLease, ControllerLeaseStore } from '../../../services/controllers/sole-controller.js';
import { isDuplicate } from '../shared/records.js';
import { newest } from '../../../shared/newest-reads.js';

interface StoredLease extends ControllerLease {
  readonly _id: 'sole';
  readonly schemaVersion: 1;
}

/** The lease of the one controller, in one document. */
export function createControllerLeaseStore(db: Db): ControllerLeaseStore {
  const leases: Collection<StoredLease> = db.collection('controllerLease');
  return {
    read: async () => (await leases.findOne({ _id: 'sole' }, newest)) ?? undefined,
    async take({ controllerId, host, pid, machine = '', started = '', beat, at }, former) {
      const fresh = { schemaVersion: 1 as const, controllerId, host, pid, machine, started, beat, at };
      if (former)
        return (
          (await leases.updateOne({ _id: 'sole', controllerId: former.controllerId, beat: former.beat }, { $set: fresh })).matchedCount ===
          1
        );
      try {
        await leases.insertOne({ _id: 'sole', ...fresh });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    beat: async (controllerId, at) =>
      (await leases.updateOne({ _id: 'sole', controllerId }, { $inc: { beat: 1 }, $set: { at } })).matchedCount === 1,
    release: async (controllerId) => void (await leases.deleteOne({ _id: 'sole', controllerId })),
  };
}
