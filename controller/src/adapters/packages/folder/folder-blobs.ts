import { createHash } from 'node:crypto';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asId, type UploadId } from '@drover/protocol';
import { bytesMissing, type Damaged } from '../../../services/integrity/damaged.js';
import type { BlobStorage, Written } from '../../../services/packages/blob-storage.js';
import { DurableFolders, isFull, isMissing, syncFolder } from '../../../shared/durable-files.js';
import { Digests } from '../digests.js';
import { reasonOf, StorageFault, take, Writers } from '../writers.js';

/** Bytes that are gathered for one write, and written between two flushes. */
const writeBytes = 1_048_576;
const flushBytes = 134_217_728;
const readBytes = 1_048_576;
const keyShape = /^[0-9a-z]{26}$/;

/** Uploads and blobs as files: `uploads/<key>` while they arrive, `blobs/<end of key>/<key>` once kept. */
export class FolderBlobs implements BlobStorage {
  private readonly writers = new Writers();
  private readonly digests = new Digests();

  constructor(
    private readonly folder: string,
    private readonly folders = new DurableFolders(folder),
  ) {}

  async end(key: UploadId): Promise<number> {
    return (await sizeOf(this.upload(key))) ?? (await sizeOf(this.blob(key))) ?? 0;
  }

  write(...[key, offset, source, limit]: Parameters<BlobStorage['write']>): Promise<Written> {
    return this.writers.run(key, async (signal) => {
      const path = this.upload(key);
      await this.folders.make(dirname(path));
      const file = await open(path, offset === 0 ? 'w' : 'r+', 0o600);
      try {
        const writing = new FileWriting(file, offset, this.digests.at(key, offset));
        return await writing.takeAll(source, { limit, signal });
      } finally {
        await file.close();
        if (offset === 0) await syncFolder(dirname(path));
      }
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
    const [from, to] = [this.upload(key), this.blob(key)];
    await this.folders.make(dirname(to));
    await this.folders.make(dirname(from));
    if ((await sizeOf(to)) === undefined) {
      const file = await open(from, 'a', 0o600);
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(from, to);
    }
    await syncFolder(dirname(to));
    await syncFolder(dirname(from));
    this.digests.forget(key);
  }

  async *read(key: UploadId, { from, to }: { readonly from: number; readonly to: number }): AsyncGenerator<Uint8Array> {
    if (from >= to) return;
    const path = (await sizeOf(this.blob(key))) === undefined ? this.upload(key) : this.blob(key);
    const file = await open(path, 'r').catch((error: unknown) => {
      throw isMissing(error) ? missing(key, to, 0) : error;
    });
    try {
      for (let at = from; at < to;) {
        const wanted = Math.min(readBytes, to - at);
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at);
        if (bytesRead === 0) throw missing(key, to, at);
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  async remove(key: UploadId): Promise<void> {
    this.digests.forget(key);
    await rm(this.upload(key), { force: true });
    await rm(this.blob(key), { force: true });
  }

  async *keys(): AsyncGenerator<UploadId> {
    yield* await keysIn(join(this.folder, 'uploads'));
    for (const part of await namesIn(join(this.folder, 'blobs'))) yield* await keysIn(join(this.folder, 'blobs', part));
  }

  close(): Promise<void> {
    return this.writers.close();
  }

  private upload(key: UploadId): string {
    return join(this.folder, 'uploads', checked(key));
  }

  private blob(key: UploadId): string {
    return join(this.folder, 'blobs', checked(key).slice(-2), key);
  }
}

/** One request's bytes on their way into a file. What was counted into the sum is what was written. */
class FileWriting {
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;
  private unflushed = 0;
  private flushing: Promise<void> = Promise.resolve();
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: FileHandle,
    private end: number,
    private readonly sum: { update(bytes: Uint8Array): void },
  ) {}

  async takeAll(source: AsyncIterable<Uint8Array>, limits: { readonly limit: number; readonly signal: AbortSignal }): Promise<Written> {
    try {
      const cause = await take(source, limits, (piece) => this.gather(piece));
      await this.write();
      await this.settled();
      await inStorage(this.file.datasync());
      return cause === undefined ? { end: this.end } : { end: this.end, broken: { reason: reasonOf(cause), cause } };
    } catch (error) {
      if (!(error instanceof StorageFault) || !isFull(error.cause)) throw error;
      await this.file.truncate(this.end).catch(() => undefined);
      await this.file.datasync().catch(() => undefined);
      return { end: this.end, broken: { reason: 'storageFull', cause: error.cause } };
    }
  }

  private async gather(piece: Uint8Array): Promise<void> {
    this.gathered.push(piece);
    this.gatheredBytes += piece.length;
    if (this.gatheredBytes >= writeBytes) await this.write();
  }

  /** One write is under way while the next is gathered. */
  private async write(): Promise<void> {
    await this.writing;
    const pieces = this.gathered;
    const bytes = this.gatheredBytes;
    if (bytes === 0) return;
    this.gathered = [];
    this.gatheredBytes = 0;
    this.writing = this.writePieces(pieces, bytes);
    this.writing.catch(() => undefined);
    for (const piece of pieces) this.sum.update(piece);
  }

  private async writePieces(pieces: readonly Uint8Array[], bytes: number): Promise<void> {
    const { bytesWritten } = await inStorage(this.file.writev(pieces, this.end));
    if (bytesWritten < bytes) {
      const rest = Buffer.concat(pieces).subarray(bytesWritten);
      for (let at = 0; at < rest.length;)
        at += (await inStorage(this.file.write(rest, at, rest.length - at, this.end + bytesWritten + at))).bytesWritten;
    }
    this.end += bytes;
    this.unflushed += bytes;
    if (this.unflushed < flushBytes) return;
    this.unflushed = 0;
    await this.flushing;
    this.flushing = inStorage(this.file.datasync());
    this.flushing.catch(() => undefined);
  }

  private async settled(): Promise<void> {
    await this.writing;
    await this.flushing;
  }
}

async function inStorage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new StorageFault('the folder for packages could not be written', { cause });
  }
}

function checked(key: UploadId): UploadId {
  if (!keyShape.test(key)) throw new Error(`expected an upload's id, got ${JSON.stringify(key)}`);
  return key;
}

const missing = (key: UploadId, expected: number, found: number): Damaged => bytesMissing(`The stored file ${key}`, { expected, found });

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const keysIn = async (folder: string): Promise<readonly UploadId[]> =>
  (await namesIn(folder)).filter((name) => keyShape.test(name)).map((name) => asId<UploadId>(name));
