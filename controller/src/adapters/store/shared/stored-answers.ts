import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Ciphertext } from '../../../domain/pipelines/pipeline.js';
import type { SecretBox } from '../../../services/ports/definitions.js';
import type { StoredAnswer, StoredAnswers } from '../../../services/ports/stored-answers.js';
import { newest } from '../../../shared/newest-reads.js';
import { flag, recordsOf, text, type Records } from './records.js';

interface StoredRequest {
  readonly _id: string;
  readonly schemaVersion: 1;
  readonly requestDigest: string;
  /** Of what the request makes, however often it is repeated. */
  readonly creationId: string;
  readonly answer?: Ciphertext;
  /** Nobody is at it. */
  readonly released: boolean;
  readonly begunAt: Date;
}

const daySeconds = 86_400;
/** A request that takes longer than this has died with its controller: its key is free again. */
const busyMs = 120_000;

export const answerRecords = (connection: Connection): Records<StoredRequest> =>
  recordsOf<StoredRequest>(connection, {
    collection: 'idempotency',
    fields: {
      requestDigest: text,
      creationId: text,
      answer: { type: Object },
      released: flag,
      begunAt: { type: Date, required: true },
    },
    indexes: [[{ begunAt: 1 }, { expireAfterSeconds: daySeconds }]],
  });

/** Keeps answers for a day under the digest of their key, enciphered. */
export function createStoredAnswers({ native, insert }: Records<StoredRequest>, box: SecretBox): StoredAnswers {
  const idOf = (key: string): string => createHash('sha256').update(key).digest('hex');
  const contextOf = (id: string): string => `answer:${id}`;
  return {
    async begin(key, request, creationId) {
      const _id = idOf(key);
      const begunAt = new Date();
      const fresh = { _id, schemaVersion: 1, requestDigest: box.fingerprint(request), creationId, released: false, begunAt } as const;
      if ((await insert(fresh)) === 'inserted') return { state: 'new', creation: { id: creationId, isRepeat: false } };
      const known = await native.findOne({ _id }, newest);
      if (!known) return { state: 'busy' };
      if (!box.isFingerprintOf(known.requestDigest, request)) return { state: 'mismatch' };
      const plain = known.answer && box.open(known.answer, contextOf(_id));
      if (plain !== undefined) return { state: 'done', answer: parseAnswer(plain) };
      const isFree = known.released || known.begunAt.getTime() < begunAt.getTime() - busyMs;
      if (!isFree) return { state: 'busy' };
      const taken = await native.updateOne(
        { _id, begunAt: known.begunAt, released: known.released },
        { $set: { begunAt, released: false }, $unset: { answer: '' } },
      );
      return taken.modifiedCount === 1 ? { state: 'new', creation: { id: known.creationId, isRepeat: true } } : { state: 'busy' };
    },
    async finish(key, answer) {
      const _id = idOf(key);
      await native.updateOne({ _id }, { $set: { answer: box.seal(JSON.stringify(answer), contextOf(_id)) } });
    },
    release: async (key) => void (await native.updateOne({ _id: idOf(key) }, { $set: { released: true } })),
    abandon: async (key) => void (await native.deleteOne({ _id: idOf(key) })),
  };
}

/** Written by `finish` only, and authenticated by its encryption. */
const parseAnswer = (text: string): StoredAnswer => JSON.parse(text) as StoredAnswer;
