import type { Connection } from 'mongoose';
import type { UserRecord } from '../../../domain/accounts/account.js';
import type { UserStore } from '../../../services/ports/stores/accounts.js';
import { anyText, flag, number, recordsOf, text, type Records } from '../shared/records.js';

export const userRecords = (connection: Connection): Records<UserRecord> =>
  recordsOf<UserRecord>(connection, {
    collection: 'users',
    fields: {
      name: text,
      nameKey: text,
      displayName: anyText,
      administrator: flag,
      disabled: flag,
      language: text,
      passwordHash: text,
      mustChangePassword: flag,
      createdAt: number,
    },
    indexes: [[{ nameKey: 1 }, { unique: true }]],
  });

export function createUserStore({ native, insert }: Records<UserRecord>): UserStore {
  return {
    insert: async (user) => ((await insert(user)) === 'inserted' ? 'inserted' : 'nameTaken'),
    byId: async (userId) => (await native.findOne({ _id: userId })) ?? undefined,
    byNameKey: async (nameKey) => (await native.findOne({ nameKey })) ?? undefined,
    byIds: (userIds) => (userIds.length === 0 ? Promise.resolve([]) : native.find({ _id: { $in: [...userIds] } }).toArray()),
    all: () => native.find({}).sort({ nameKey: 1 }).toArray(),
    count: () => native.countDocuments({}),
    remove: async (_id) => void (await native.deleteOne({ _id })),
    change: async (userId, change) => {
      if (Object.keys(change).length === 0) return (await native.findOne({ _id: userId })) ?? undefined;
      return (await native.findOneAndUpdate({ _id: userId }, { $set: change }, { returnDocument: 'after' })) ?? undefined;
    },
  };
}
