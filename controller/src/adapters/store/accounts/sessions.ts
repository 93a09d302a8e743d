import type { Connection } from 'mongoose';
import type { ApiTokenRecord, SessionRecord } from '../../../domain/accounts/account.js';
import type { ApiTokenStore, SessionStore } from '../../../services/ports/stores/accounts.js';
import { anyText, checked, maybeNumber, number, recordsOf, text, type Records } from '../shared/records.js';

/** `expireOn` is for the database's own sweep; what counts is `expiresAt`. */
type StoredSession = SessionRecord & { readonly expireOn: Date };

export const sessionRecords = (connection: Connection): Records<StoredSession> =>
  recordsOf<StoredSession>(connection, {
    collection: 'sessions',
    fields: {
      userId: text,
      tokenHash: text,
      createdAt: number,
      lastSeenAt: number,
      expiresAt: number,
      userAgent: anyText,
      address: anyText,
      expireOn: { type: Date, required: true },
    },
    indexes: [[{ tokenHash: 1 }, { unique: true }], [{ userId: 1 }], [{ expireOn: 1 }, { expireAfterSeconds: 0 }]],
  });

export function createSessionStore({ native, insert }: Records<StoredSession>): SessionStore {
  return {
    async insert(session) {
      if ((await insert({ ...session, expireOn: new Date(session.expiresAt) })) === 'taken')
        throw new Error('a session of that id is there already');
    },
    byTokenHash: async (tokenHash) => (await native.findOne({ tokenHash })) ?? undefined,
    ofUser: (userId) => native.find({ userId }).sort({ _id: -1 }).toArray(),
    seen: async (sessionId, times) =>
      void (await native.updateOne({ _id: sessionId }, { $set: { ...times, expireOn: new Date(times.expiresAt) } })),
    remove: async (userId, sessionId) => (await native.deleteOne({ _id: sessionId, userId })).deletedCount === 1,
    removeAllBut: async (userId, kept) => void (await native.deleteMany(kept === undefined ? { userId } : { userId, _id: { $ne: kept } })),
  };
}

export const apiTokenRecords = (connection: Connection): Records<ApiTokenRecord> =>
  recordsOf<ApiTokenRecord>(connection, {
    collection: 'apiTokens',
    fields: {
      userId: text,
      name: text,
      scopes: checked,
      tokenHash: text,
      createdAt: number,
      expiresAt: maybeNumber,
      lastUsedAt: maybeNumber,
    },
    indexes: [[{ tokenHash: 1 }, { unique: true }], [{ userId: 1 }]],
  });

export function createApiTokenStore({ native, insert }: Records<ApiTokenRecord>): ApiTokenStore {
  return {
    async insert(token) {
      if ((await insert(token)) === 'taken') throw new Error('a token of that id is there already');
    },
    byTokenHash: async (tokenHash) => (await native.findOne({ tokenHash })) ?? undefined,
    ofUser: (userId) => native.find({ userId }).sort({ _id: -1 }).toArray(),
    used: async (tokenId, at) => void (await native.updateOne({ _id: tokenId }, { $set: { lastUsedAt: at } })),
    remove: async (userId, tokenId) => (await native.deleteOne({ _id: tokenId, userId })).deletedCount === 1,
  };
}
