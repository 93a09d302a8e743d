import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { MongoDriverError, MongoGridFSChunkError, type Collection, type GridFSBucket } from 'mongodb';
import type { AttemptId } from '@drover/protocol';
import { covering, emptyLog, type LogPlace } from '../../../domain/logs/places.js';
import { bytesMissing } from '../../../services/integrity/damaged.js';
import type { ByteRange } from '../../../services/logs/log-storage.js';
import { keyOf, partsOf, type LogDocument } from './chunk-document.js';
import { fileIdOf } from './compaction.js';

/** Reads logs from wherever they lie now; a log that moves to GridFS meanwhile is read on from there. */
export class MongoLogReader {
  constructor(
    private readonly parts: Collection<LogDocument>,
    private readonly bucket: GridFSBucket,
  ) {}

  async *read(attemptId: AttemptId, { from, to }: ByteRange): AsyncGenerator<Uint8Array> {
    let at = from;
    if (at >= to) return;
    const first = await this.keyBefore(attemptId, from);
    if (first !== undefined) {
      for await (const part of this.parts.find({ _id: { $gte: first, $lt: keyOf(attemptId, to) } }, { batchSize: 4 }).sort({ _id: 1 })) {
        if (part.kind !== 'bytes' || part.offset > at) break;
        const bytes = part.bytes.value().subarray(at - part.offset, to - part.offset);
        at += bytes.length;
        if (bytes.length > 0) yield bytes;
      }
    }
    if (at < to && (await this.isCompacted(attemptId))) {
      for await (const piece of this.moved(attemptId, { from: at, to })) {
        at += piece.length;
        yield piece;
      }
    }
    if (at < to) throw bytesMissing(`The log of attempt ${attemptId}`, { expected: to, found: at });
  }

  private async *moved(attemptId: AttemptId, { from, to }: ByteRange): AsyncGenerator<Uint8Array> {
    try {
      yield* this.bucket.openDownloadStream(fileIdOf(attemptId, 'bytes'), { start: from, end: to });
    } catch (error) {
      throw isLost(error) ? bytesMissing(`The log of attempt ${attemptId}`, { expected: to, found: from }) : error;
    }
  }

  async places(attemptId: AttemptId, range: ByteRange, limit: number): Promise<readonly LogPlace[]> {
    if (await this.isCompacted(attemptId)) return covering(await this.movedPlaces(attemptId), range).slice(0, limit);
    const first = await this.keyBefore(attemptId, range.from);
    if (first === undefined) return [];
    const found: LogPlace[] = [];
    const wanted = { _id: { $gte: first, $lt: keyOf(attemptId, range.to) } };
    for await (const part of this.parts.find(wanted, { projection: { bytes: 0 } }).sort({ _id: 1 })) {
      if (part.kind !== 'bytes') break;
      if (found.length === 0 && part.before.placed.at !== undefined) found.push(part.before.placed);
      found.push(...part.places);
      if (found.length > limit + part.places.length + 1) break;
    }
    return covering(found, range).slice(0, limit);
  }

  /** Places among which is the last one before the line. */
  async placesBeforeLine(attemptId: AttemptId, line: number): Promise<readonly LogPlace[]> {
    if (await this.isCompacted(attemptId)) return this.movedPlaces(attemptId);
    const [part] = await this.parts
      .find({ attemptId, line: { $lt: line } }, { projection: { bytes: 0 } })
      .sort({ line: -1, offset: -1 })
      .limit(1)
      .toArray();
    if (part?.kind !== 'bytes') return [];
    return [{ offset: part.offset, line: part.line }, ...part.places];
  }

  private async keyBefore(attemptId: AttemptId, offset: number): Promise<string | undefined> {
    const range = { $gte: partsOf(attemptId).$gte, $lte: keyOf(attemptId, offset) };
    const [part] = await this.parts
      .find({ _id: range }, { projection: { _id: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    return part?._id;
  }

  private async isCompacted(attemptId: AttemptId): Promise<boolean> {
    const [last] = await this.parts
      .find({ _id: partsOf(attemptId) }, { projection: { kind: 1, compacted: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    return last?.kind === 'seal' && last.compacted;
  }

  /** Places only save time: where they are lost or damaged, readers begin at the start. */
  private async movedPlaces(attemptId: AttemptId): Promise<readonly LogPlace[]> {
    try {
      return parsePlaces((await this.movedPlacesBytes(attemptId)).toString());
    } catch (error) {
      if (isLost(error) || error instanceof SyntaxError) return [emptyLog.placed];
      throw error;
    }
  }

  private async movedPlacesBytes(attemptId: AttemptId): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    const collect = new Writable({
      write: (piece: Uint8Array, _encoding, done) => {
        pieces.push(piece);
        done();
      },
    });
    await pipeline(this.bucket.openDownloadStream(fileIdOf(attemptId, 'places')), collect);
    return Buffer.concat(pieces);
  }
}

/** GridFS says so in two ways where its file, one of its chunks, or a part of one is gone. */
const isLost = (error: unknown): boolean =>
  error instanceof MongoGridFSChunkError ||
  (error instanceof MongoDriverError && /^(?:FileNotFound|Stream start|Stream end)/.test(error.message));

const parsePlaces = (text: string): readonly LogPlace[] => {
  const places: unknown = JSON.parse(text);
  const sound = Array.isArray(places) ? places.filter(isPlace) : [];
  return sound.length > 0 ? sound : [emptyLog.placed];
};

const isPlace = (value: unknown): value is LogPlace =>
  typeof value === 'object' &&
  value !== null &&
  'offset' in value &&
  'line' in value &&
  Number.isSafeInteger(value.offset) &&
  Number.isSafeInteger(value.line);
