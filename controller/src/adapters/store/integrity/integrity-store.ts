import type { Collection, Db } from 'mongodb';
import { asId, type AttemptId } from '@drover/protocol';
import type { AttemptRecord } from '../../../domain/attempts/attempt.js';
import type { BlobRecord } from '../../../domain/packages/records.js';
import type { DamageRecord, DamageStore, ScrubState, ScrubStateStore } from '../../../services/integrity/integrity-ports.js';

/** What is damaged, as documents. */
export function createDamageStore(db: Db): DamageStore {
  const damages: Collection<DamageRecord> = db.collection('damages');
  return {
    all: () => damages.find({}).toArray(),
    put: async (record) => void (await damages.replaceOne({ _id: record._id }, record, { upsert: true })),
    remove: async (id) => void (await damages.deleteOne({ _id: id })),
  };
}

interface StoredState extends ScrubState {
  readonly _id: 'scrub';
  readonly schemaVersion: 1;
}

/** Where the round of checks stands, in one document. */
export function createScrubStateStore(db: Db): ScrubStateStore {
  const states: Collection<StoredState> = db.collection('scrub');
  return {
    load: async () => (await states.findOne({ _id: 'scrub' })) ?? undefined,
    save: async ({ part, after, startedAt, endedAt, checked }) => {
      const state = { schemaVersion: 1 as const, part, after, startedAt, checked, ...(endedAt === undefined ? {} : { endedAt }) };
      await states.replaceOne({ _id: 'scrub' }, state, { upsert: true });
    },
  };
}

export type EndedAttempt = Pick<AttemptRecord, '_id' | 'projectId' | 'runId' | 'state' | 'log'>;

/** Attempts in the order of their ids, with what a check of their logs needs. */
export function attemptsAfter(db: Db, after: string, limit: number): Promise<readonly EndedAttempt[]> {
  const attempts: Collection<EndedAttempt> = db.collection('attempts');
  return attempts
    .find({ _id: { $gt: asId<AttemptId>(after) } }, { projection: { projectId: 1, runId: 1, state: 1, log: 1 } })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
}

/** Blobs in the order of their digests. */
export function blobsAfter(db: Db, after: string, limit: number): Promise<readonly BlobRecord[]> {
  const blobs: Collection<BlobRecord> = db.collection('blobs');
  return blobs
    .find({ _id: { $gt: after } })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
}
