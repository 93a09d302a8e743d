import type { Connection } from 'mongoose';
import type { AgentRecord } from '../../../domain/agents/agent.js';
import type { AgentStore, HeartbeatStore, RegistrationTokenRecord, RegistrationTokenStore } from '../../../services/ports/engine/agents.js';
import { checked, flag, isDuplicate, maybeNumber, maybeText, number, recordsOf, text, type Records } from '../shared/records.js';
import { newest } from '../../../shared/newest-reads.js';

export const agentRecords = (connection: Connection): Records<AgentRecord> =>
  recordsOf<AgentRecord>(connection, {
    collection: 'agents',
    fields: {
      name: text,
      nameKey: text,
      tokenHash: text,
      projectId: maybeText,
      approved: flag,
      enabled: flag,
      slots: number,
      givenLabels: [String],
      facts: checked,
      local: flag,
      registeredAt: number,
      session: { type: Object },
      disconnectedAt: maybeNumber,
      revision: number,
    },
    indexes: [
      [{ nameKey: 1 }, { unique: true }],
      [{ tokenHash: 1 }, { unique: true }],
    ],
  });

export function createAgentStore({ native, insert }: Records<AgentRecord>): AgentStore {
  return {
    insert: async (record) => ((await insert(record)) === 'inserted' ? 'inserted' : 'nameTaken'),
    all: () => native.find({}).toArray(),
    read: async (agentId) => (await native.findOne({ _id: agentId }, newest)) ?? undefined,
    async replace(record) {
      try {
        const { matchedCount } = await native.replaceOne({ _id: record._id, revision: record.revision - 1 }, record);
        return matchedCount === 1 ? 'written' : 'stale';
      } catch (error) {
        if (isDuplicate(error)) return 'nameTaken';
        throw error;
      }
    },
    remove: async (agentId) => void (await native.deleteOne({ _id: agentId })),
  };
}

export const registrationTokenRecords = (connection: Connection): Records<RegistrationTokenRecord> =>
  recordsOf<RegistrationTokenRecord>(connection, {
    collection: 'registrationTokens',
    fields: { name: text, hash: text, projectId: maybeText, usesLeft: number, expiresAt: number, createdAt: number, createdBy: checked },
    indexes: [[{ hash: 1 }, { unique: true }], [{ projectId: 1, createdAt: -1 }]],
  });

export function createRegistrationTokenStore({ native, insert }: Records<RegistrationTokenRecord>): RegistrationTokenStore {
  return {
    insert: async (record) => void (await insert(record)),
    use: async (hash, now) =>
      (await native.findOneAndUpdate(
        { hash, usesLeft: { $gt: 0 }, expiresAt: { $gt: now } },
        { $inc: { usesLeft: -1 } },
        { returnDocument: 'after' },
      )) ?? undefined,
    giveBack: async (tokenId) => void (await native.updateOne({ _id: tokenId }, { $inc: { usesLeft: 1 } })),
    read: async (tokenId) => (await native.findOne({ _id: tokenId })) ?? undefined,
    list: (scope) =>
      native
        .find(scope === 'all' ? {} : { projectId: scope })
        .sort({ createdAt: -1 })
        .toArray(),
    remove: async (tokenId) => void (await native.deleteOne({ _id: tokenId })),
  };
}

interface HeartbeatRecord {
  readonly _id: string;
  readonly schemaVersion: 1;
  readonly beat: number;
  readonly at: number;
}

export const heartbeatRecords = (connection: Connection): Records<HeartbeatRecord> =>
  recordsOf<HeartbeatRecord>(connection, { collection: 'controllers', fields: { beat: number, at: number }, indexes: [] });

/** One document a controller, which it alone writes. */
export const createHeartbeatStore = ({ native }: Records<HeartbeatRecord>): HeartbeatStore => ({
  beat: async (controllerId, at) =>
    void (await native.updateOne(
      { _id: controllerId },
      { $inc: { beat: 1 }, $set: { at }, $setOnInsert: { schemaVersion: 1 } },
      { upsert: true },
    )),
  read: async (controllerId) => {
    const found = await native.findOne({ _id: controllerId });
    return found === null ? undefined : { beat: found.beat };
  },
  remove: async (controllerId) => void (await native.deleteOne({ _id: controllerId })),
});
