import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Ciphertext } from '../../../domain/pipelines/pipeline.js';
import type { SecretBox } from '../../../services/ports/definitions.js';
import type { StoredAnswer, StoredAnswers } from '../../../services/ports/stored-answers.js';
import { anyText, recordsOf, text, type Records } from './records.js';

interface StoredRequest {
  readonly _id: string;
  readonly schemaVersion: 1;
  readonly requestHash: string;
  readonly answer?: Ciphertext;
  readonly begunAt: Date;
}

const daySeconds = 86_400;
/** A request that takes longer than this has died with its controller: its key is free again. */
const busyMs = 120_000;

export const answerRecords = (connection: Connection): Records<StoredRequest> =>
  recordsOf<StoredRequest>(connection, {
    collection: 'idempotency',
    fields: { requestHash: text, answer: { type: Object }, begunAt: { type: Date, required: true }, note: anyText },
    indexes: [[{ begunAt: 1 }, { expireAfterSeconds: daySeconds }]],
  });

/** Keeps answers for a day under the digest of their key, enciphered. */
export function createStoredAnswers({ native, insert }: Records<StoredRequest>, box: SecretBox): StoredAnswers {
  const idOf = (key: string): string => createHash('sha256').update(key).digest('hex');
  const contextOf = (id: string): string => `answer:${id}`;
  return {
    async begin(key, requestHash) {
      const _id = idOf(key);
      const begunAt = new Date();
      if ((await insert({ _id, schemaVersion: 1, requestHash, begunAt })) === 'inserted') return { state: 'new' };
      const known = await native.findOne({ _id });
      if (!known) return { state: 'busy' };
      if (known.requestHash !== requestHash) return { state: 'mismatch' };
      const plain = known.answer && box.open(known.answer, contextOf(_id));
      if (plain !== undefined) return { state: 'done', answer: parseAnswer(plain) };
      const dead = new Date(begunAt.getTime() - busyMs);
      const taken = await native.updateOne({ _id, begunAt: { $lt: dead } }, { $set: { begunAt }, $unset: { answer: '' } });
      return { state: taken.modifiedCount === 1 ? 'new' : 'busy' };
    },
    async finish(key, answer) {
      const _id = idOf(key);
      await native.updateOne({ _id }, { $set: { answer: box.seal(JSON.stringify(answer), contextOf(_id)) } });
    },
    abandon: async (key) => void (await native.deleteOne({ _id: idOf(key) })),
  };
}

/** Written by `finish` only, and authenticated by its encryption. */
const parseAnswer = (text: string): StoredAnswer => JSON.parse(text) as StoredAnswer;
