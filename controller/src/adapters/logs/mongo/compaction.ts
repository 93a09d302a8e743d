import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ObjectId, type Collection, type GridFSBucket } from 'mongodb';
import type { AttemptId } from '@drover/protocol';
import type { LogPlace } from '../../../domain/logs/places.js';
import type { CrashPoints } from '../../../services/ports/environment.js';
import { partsOf, type LogDocument, type SealDocument } from './chunk-document.js';

/** Somebody who began to move a log this long ago has crashed. */
const claimMs = 600_000;

export interface CompactionParts {
  readonly parts: Collection<LogDocument>;
  readonly bucket: GridFSBucket;
  readonly crashPoints: CrashPoints;
  readonly now: () => number;
}

/** Ids of a log's files in GridFS: the same ones each time, so that a move that crashed can be begun again. */
export const fileIdOf = (attemptId: AttemptId, part: 'bytes' | 'places'): ObjectId =>
  new ObjectId(createHash('sha256').update(`${attemptId}/${part}`).digest('hex').slice(0, 24));

/** Moves a sealed log from its chunk documents into GridFS. Harmless when done twice; of several controllers one does it. */
export async function compact(store: CompactionParts, { _id, attemptId }: Pick<SealDocument, '_id' | 'attemptId'>): Promise<void> {
  const now = store.now();
  const claim = await store.parts.updateOne({ _id, compacted: false, claimedAt: { $lt: now - claimMs } }, { $set: { claimedAt: now } });
  if (claim.modifiedCount === 0) return;
  const places: LogPlace[] = [];
  await removeFiles(store.bucket, attemptId);
  await upload(store.bucket, attemptId, 'bytes', chunksOf(store.parts, attemptId, places));
  await upload(store.bucket, attemptId, 'places', Readable.from([Buffer.from(JSON.stringify(places))]));
  store.crashPoints.reach('controller.log.compacted');
  await store.parts.updateOne({ _id }, { $set: { compacted: true, chunksLeft: true } });
  store.crashPoints.reach('controller.log.moved');
  await removeChunks(store, { _id, attemptId });
}

/** Removes the chunks of a log that has moved: the last thing of a move, also of one that crashed before it. */
export async function removeChunks(
  { parts }: Pick<CompactionParts, 'parts'>,
  { _id, attemptId }: Pick<SealDocument, '_id' | 'attemptId'>,
): Promise<void> {
  await parts.deleteMany({ _id: { ...partsOf(attemptId), $lt: _id } });
  await parts.updateOne({ _id }, { $set: { chunksLeft: false } });
}

/** Removes the files of a log, whole ones and beginnings. */
export async function removeFiles(bucket: GridFSBucket, attemptId: AttemptId): Promise<void> {
  for (const part of ['bytes', 'places'] as const) {
    await bucket.delete(fileIdOf(attemptId, part)).catch(ignoreMissing);
  }
}

async function upload(bucket: GridFSBucket, attemptId: AttemptId, part: 'bytes' | 'places', source: Readable): Promise<void> {
  await pipeline(source, bucket.openUploadStreamWithId(fileIdOf(attemptId, part), `${attemptId}.${part}`));
}

function chunksOf(parts: Collection<LogDocument>, attemptId: AttemptId, places: LogPlace[]): Readable {
  return Readable.from(
    (async function* () {
      for await (const part of parts.find({ _id: partsOf(attemptId) }, { batchSize: 4 }).sort({ _id: 1 })) {
        if (part.kind !== 'bytes') continue;
        places.push(...part.places);
        yield part.bytes.value();
      }
    })(),
  );
}

/** GridFS removes the chunks first and then complains that there was no file. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && error.message.startsWith('File not found'))) throw error;
}
