import { createHash } from 'node:crypto';
import { Binary, type Collection, type Db } from 'mongodb';
import { asId, type UploadId } from '@drover/protocol';
import { bytesMissing } from '../../../services/integrity/damaged.js';
import type { BlobStorage, Written } from '../../../services/packages/blob-storage.js';
import { Digests } from '../digests.js';
import { reasonOf, StorageFault, take, Writers } from '../writers.js';
import { ensureIndexes } from '../../../shared/ensure-indexes.js';

/** The layout is that of GridFS, so that its tools read it; its own upload stream can't continue after a crash. */
interface ChunkDocument {
  /** `<file>:<n>`: writing a chunk twice writes it once. */
  readonly _id: string;
  readonly files_id: UploadId;
  readonly n: number;
  readonly data: Binary;
}

interface FileDocument {
  readonly _id: UploadId;
  readonly length: number;
  readonly chunkSize: number;
  readonly uploadDate: Date;
  readonly filename: string;
}

const chunkSize = 1_044_480;

/** Uploads and blobs in MongoDB: chunks as they arrive, the file's document once it is kept. Any number of controllers. */
export class GridFsBlobs implements BlobStorage {
  private readonly writers = new Writers();
  private readonly digests = new Digests();
  private readonly chunks: Collection<ChunkDocument>;
  private readonly files: Collection<FileDocument>;

  constructor(
    db: Db,
    private readonly now: () => number,
  ) {
    this.chunks = db.collection('packageFiles.chunks');
    this.files = db.collection('packageFiles.files');
  }

  async prepare(): Promise<void> {
    await ensureIndexes(this.chunks, [[{ files_id: 1, n: 1 }, { unique: true }]]);
  }

  async end(key: UploadId): Promise<number> {
    const last = await this.lastChunk(key);
    return last ? last.n * chunkSize + last.data.length() : 0;
  }

  write(...[key, offset, source, limit]: Parameters<BlobStorage['write']>): Promise<Written> {
    return this.writers.run(key, async (signal) => {
      const last = offset % chunkSize === 0 ? undefined : await this.lastChunk(key);
      const sum = this.digests.at(key, offset);
      const writing = new ChunkWriting(this.chunks, { key, end: offset, begun: last?.data.value() ?? new Uint8Array(), sum });
      const cause = await take(source, { limit, signal }, (piece) => writing.add(piece));
      await writing.flush();
      return cause === undefined ? { end: writing.end } : { end: writing.end, broken: { reason: reasonOf(cause), cause } };
    });
  }

  async digest(key: UploadId): Promise<string> {
    const end = await this.end(key);
    const known = this.digests.of(key, end);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for await (const piece of this.read(key, { from: 0, to: end })) hash.update(piece);
    return hash.digest('hex');
  }

  async keep(key: UploadId): Promise<void> {
    const file = { length: await this.end(key), chunkSize, uploadDate: new Date(this.now()), filename: key };
    await this.files.updateOne({ _id: key }, { $setOnInsert: file }, { upsert: true });
    this.digests.forget(key);
  }

  async *read(key: UploadId, { from, to }: { readonly from: number; readonly to: number }): AsyncGenerator<Uint8Array> {
    let at = from;
    if (at >= to) return;
    const range = { $gte: Math.floor(from / chunkSize), $lte: Math.floor((to - 1) / chunkSize) };
    for await (const { n, data } of this.chunks.find({ files_id: key, n: range }, { batchSize: 4 }).sort({ files_id: 1, n: 1 })) {
      const start = n * chunkSize;
      if (start > at) break;
      const piece = data.value().subarray(at - start, to - start);
      at += piece.length;
      yield piece;
    }
    if (at < to) throw bytesMissing(`The stored file ${key}`, { expected: to, found: at });
  }

  async remove(key: UploadId): Promise<void> {
    this.digests.forget(key);
    await this.files.deleteOne({ _id: key });
    await this.chunks.deleteMany({ files_id: key });
  }

  /** Every stored thing has a first chunk or, when empty, a file's document. */
  async *keys(): AsyncGenerator<UploadId> {
    let after = '';
    for (;;) {
      const [next] = await this.chunks
        .find({ files_id: { $gt: asId<UploadId>(after) } }, { projection: { files_id: 1 } })
        .sort({ files_id: 1, n: 1 })
        .limit(1)
        .toArray();
      if (!next) break;
      after = next.files_id;
      yield next.files_id;
    }
    for await (const { _id } of this.files.find({ length: 0 })) yield _id;
  }

  close(): Promise<void> {
    return this.writers.close();
  }

  private async lastChunk(key: UploadId): Promise<ChunkDocument | undefined> {
    const [last] = await this.chunks.find({ files_id: key }).sort({ files_id: -1, n: -1 }).limit(1).toArray();
    return last;
  }
}

/** Cuts one request's bytes into chunks. Written one after the other, so that no crash leaves a hole. */
class ChunkWriting {
  end: number;
  private chunk = Buffer.allocUnsafe(chunkSize);
  private filled: number;
  private unwritten = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly chunks: Collection<ChunkDocument>,
    private readonly upload: {
      readonly key: UploadId;
      readonly end: number;
      readonly begun: Uint8Array;
      readonly sum: { update(bytes: Uint8Array): void };
    },
  ) {
    this.end = upload.end;
    this.chunk.set(upload.begun);
    this.filled = upload.begun.length;
  }

  async add(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + chunkSize - this.filled);
      this.chunk.set(part, this.filled);
      this.filled += part.length;
      this.unwritten += part.length;
      at += part.length;
      if (this.filled === chunkSize) await this.write();
    }
  }

  async flush(): Promise<void> {
    if (this.unwritten > 0) await this.write();
    await this.writing;
  }

  /** One chunk is on its way while the next is filled. */
  private async write(): Promise<void> {
    await this.writing;
    const { chunk, filled, unwritten } = this;
    const n = Math.floor((this.end + unwritten - 1) / chunkSize);
    this.chunk = Buffer.allocUnsafe(chunkSize);
    this.filled = 0;
    this.unwritten = 0;
    this.writing = this.store(n, chunk.subarray(0, filled), unwritten);
    this.writing.catch(() => undefined);
  }

  private async store(n: number, bytes: Buffer, fresh: number): Promise<void> {
    const { key, sum } = this.upload;
    try {
      await this.chunks.updateOne({ _id: `${key}:${n}` }, { $set: { files_id: key, n, data: new Binary(bytes) } }, { upsert: true });
    } catch (cause) {
      throw new StorageFault(`chunk ${n} of ${key} could not be stored`, { cause });
    }
    sum.update(bytes.subarray(bytes.length - fresh));
    this.end += fresh;
  }
}
