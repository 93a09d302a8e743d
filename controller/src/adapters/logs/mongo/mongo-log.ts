import { createHash, type Hash } from 'node:crypto';
import { Binary, MongoServerError, type Collection } from 'mongodb';
import type { LogView } from '@drover/protocol/api';
import { emptyLog, linesOf, scanAll, type LogCursor } from '../../../domain/logs/places.js';
import type { StoredLog } from '../../../domain/logs/verdict.js';
import { LogRefused, type LogFrameBytes } from '../../../services/logs/log-storage.js';
import type { CrashPoints } from '../../../services/ports/environment.js';
import type { LogIdentity } from '../../../services/ports/logs.js';
import { newest } from '../../../shared/newest-reads.js';
import { FrameQueue } from '../frame-queue.js';
import { gather } from '../gather.js';
import { keyOf, partsOf, type ChunkDocument, type LogDocument, type SealDocument } from './chunk-document.js';

/** Bytes of one chunk document, at most (a single frame may be longer, up to its own limit). */
const chunkBytes = 1_048_576;
const duplicateKey = 11_000;

export interface MongoLogParts {
  readonly parts: Collection<LogDocument>;
  readonly crashPoints: CrashPoints;
  /** Everything stored of the log, in order. */
  readonly readAll: (log: LogIdentity, sizeBytes: number) => AsyncIterable<Uint8Array>;
}

export type Head = { readonly cursor: LogCursor; readonly seal?: SealDocument };

/** One log as a chain of documents; what this controller believes of its end is proven by each insert. */
export class MongoLog {
  private readonly queue: FrameQueue;
  private believed: LogCursor | undefined;
  private hash: Hash | undefined;

  constructor(
    private readonly log: LogIdentity,
    private readonly store: MongoLogParts,
  ) {
    this.queue = new FrameQueue({
      log,
      batchBytes: chunkBytes,
      flush: (frames) => this.flush(frames),
      refusal: (error) => this.refuse(error),
      inLane: (work) => work(),
    });
  }

  get isBusy(): boolean {
    return this.queue.isBusy;
  }

  append(frame: LogFrameBytes): Promise<{ readonly end: number }> {
    return this.queue.append(frame);
  }

  /** How the log stands in the store, no matter who wrote it. Local: behind a lost insert, what a majority has may still be older. */
  async head(): Promise<Head> {
    const [last] = await this.store.parts
      .find({ _id: partsOf(this.log.attemptId) }, { projection: { bytes: 0, places: 0 }, ...newest })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    if (!last) return { cursor: emptyLog };
    return last.kind === 'seal' ? { cursor: emptyLog, seal: last } : { cursor: last.after };
  }

  seal(judge: (stored: StoredLog) => LogView): Promise<SealDocument> {
    return this.queue.next(async () => {
      for (;;) {
        const { cursor, seal } = await this.head();
        if (seal) return seal;
        const sha256 = await this.sha256(cursor.offset);
        const verdict = this.sealDocument(cursor.offset, judge({ sizeBytes: cursor.offset, lines: linesOf(cursor), sha256 }));
        this.store.crashPoints.reach('controller.log.judged');
        if (!(await this.inserted(verdict))) continue;
        this.store.crashPoints.reach('controller.log.sealed');
        this.hash = undefined;
        return verdict;
      }
    });
  }

  async remove(removeFiles: () => Promise<void>): Promise<void> {
    return this.queue.next(async () => {
      await removeFiles();
      await this.store.parts.deleteMany({ _id: partsOf(this.log.attemptId) });
      this.believed = undefined;
      this.hash = undefined;
    });
  }

  /** Waits for what was asked. */
  settled(): Promise<void> {
    return this.queue.next(async () => undefined);
  }

  private async flush(frames: readonly LogFrameBytes[]): Promise<{ readonly end: number; readonly sealed: boolean }> {
    for (;;) {
      if (!this.believed) {
        const { cursor, seal } = await this.head();
        if (seal) return { end: seal.view.sizeBytes, sealed: true };
        this.believed = cursor;
      }
      const start = this.believed;
      const { buffers, marks, end } = gather(start.offset, frames);
      if (buffers.length === 0) return { end, sealed: false };
      const chunk = this.chunk(start, buffers, marks);
      if (await this.inserted(chunk)) {
        this.store.crashPoints.reach('controller.log.appended');
        this.believed = chunk.after;
        this.count(start, buffers);
        return { end, sealed: false };
      }
      this.forget();
    }
  }

  private chunk(before: LogCursor, buffers: readonly Uint8Array[], marks: LogFrameBytes['marks']): ChunkDocument {
    const { cursor: after, places } = scanAll(before, buffers, marks);
    const bytes = new Binary(Buffer.concat(buffers));
    return { ...this.part(before.offset), kind: 'bytes', line: before.line, bytes, before, after, places };
  }

  private sealDocument(offset: number, view: LogView): SealDocument {
    return { ...this.part(offset), kind: 'seal', view, compacted: false, claimedAt: 0 };
  }

  private part(offset: number): Pick<ChunkDocument, '_id' | 'projectId' | 'runId' | 'attemptId' | 'offset'> {
    return { _id: keyOf(this.log.attemptId, offset), ...this.log, offset };
  }

  /** Whether this one was put at its place in the chain; false when another is there. */
  private async inserted(document: LogDocument): Promise<boolean> {
    try {
      await this.store.parts.insertOne(document);
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === duplicateKey) return false;
      throw error;
    }
  }

  private count(start: LogCursor, buffers: readonly Uint8Array[]): void {
    if (start.offset === 0) this.hash = createHash('sha256');
    for (const bytes of buffers) this.hash?.update(bytes);
  }

  private forget(): void {
    this.believed = undefined;
    this.hash = undefined;
  }

  private refuse(error: unknown): LogRefused {
    const end = this.believed?.offset ?? 0;
    this.forget();
    return new LogRefused(isFull(error) ? 'storageFull' : 'unavailable', this.log.attemptId, end, { cause: error });
  }

  private async sha256(sizeBytes: number): Promise<string> {
    if (this.hash && this.believed?.offset === sizeBytes) return this.hash.copy().digest('hex');
    const hash = createHash('sha256');
    for await (const piece of this.store.readAll(this.log, sizeBytes)) hash.update(piece);
    return hash.digest('hex');
  }
}

/** 14031: MongoDB's out of disk space. */
const isFull = (error: unknown): boolean => error instanceof MongoServerError && error.code === 14_031;
