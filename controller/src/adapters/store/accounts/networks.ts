import type { Connection } from 'mongoose';
import type { NetworkStore } from '../../../services/ports/stores/accounts.js';
import { recordsOf, type Records } from '../shared/records.js';

interface StoredNetwork {
  readonly _id: string;
  readonly schemaVersion: 1;
  readonly at: Date;
}

/** A network from which nobody signed in for so long is forgotten. */
const keptSeconds = 90 * 86_400;

export const networkRecords = (connection: Connection): Records<StoredNetwork> =>
  recordsOf<StoredNetwork>(connection, {
    collection: 'signInNetworks',
    fields: { at: { type: Date, required: true } },
    indexes: [[{ at: 1 }, { expireAfterSeconds: keptSeconds }]],
  });

export const createNetworkStore = ({ native }: Records<StoredNetwork>): NetworkStore => ({
  note: async (network, at) =>
    void (await native.updateOne({ _id: network }, { $set: { at: new Date(at), schemaVersion: 1 } }, { upsert: true })),
  newest: async (limit) =>
    (await native.find({}).sort({ at: -1 }).limit(limit).toArray()).map(({ _id, at }) => ({ network: _id, at: at.getTime() })),
});
