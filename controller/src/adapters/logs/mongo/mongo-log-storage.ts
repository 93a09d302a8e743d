import { GridFSBucket, type Collection, type Db } from 'mongodb';
import type { AttemptId } from '@drover/protocol';
import type { LogView } from '@drover/protocol/api';
import { emptyLog, lastWhere, linesOf, type LogPlace } from '../../../domain/logs/places.js';
import type { StoredLog } from '../../../domain/logs/verdict.js';
import type { ByteRange, LogFrameBytes, LogStat, LogStorage } from '../../../services/logs/log-storage.js';
import type { CrashPoints } from '../../../services/ports/environment.js';
import type { LogIdentity } from '../../../services/ports/logs.js';
import { ensureIndexes } from '../../../shared/ensure-indexes.js';
import { type LogDocument } from './chunk-document.js';
import { compact, removeChunks, removeFiles, type CompactionParts } from './compaction.js';
import { MongoLogReader } from './mongo-log-reader.js';
import { MongoLog } from './mongo-log.js';

export interface MongoLogOptions {
  readonly db: Db;
  readonly crashPoints: CrashPoints;
  readonly now: () => number;
  /** Told of each move to GridFS that failed. */
  readonly moveFailed?: (error: unknown) => void;
  /** Logs that are remembered at once. */
  readonly maxKnownLogs?: number;
}

/** Logs in MongoDB: chunk documents while live, GridFS once sealed. Any number of controllers may write and read. */
export class MongoLogStorage implements LogStorage {
  private readonly logs = new Map<AttemptId, MongoLog>();
  private readonly parts: Collection<LogDocument>;
  private readonly moves = new Set<Promise<void>>();
  private readonly compaction: CompactionParts;
  private readonly reader: MongoLogReader;

  constructor(private readonly options: MongoLogOptions) {
    const bucket = new GridFSBucket(options.db, { bucketName: 'logFiles' });
    this.parts = options.db.collection<LogDocument>('logParts');
    this.compaction = { parts: this.parts, bucket, crashPoints: options.crashPoints, now: options.now };
    this.reader = new MongoLogReader(this.parts, bucket);
  }

  /** Makes the indexes, and moves on what a crash left between its chunks and GridFS. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.parts, [
      [{ attemptId: 1, line: 1, offset: 1 }],
      [{ compacted: 1, claimedAt: 1 }, { partialFilterExpression: { compacted: false } }],
      [{ chunksLeft: 1 }, { partialFilterExpression: { chunksLeft: true } }],
    ]);
    await this.moveUnmoved();
  }

  /** Begins to move all sealed logs that are not in GridFS yet; answers how many. */
  async moveUnmoved(): Promise<number> {
    for await (const part of this.parts.find({ compacted: false })) {
      if (part.kind === 'seal') this.move((parts) => compact(parts, part));
    }
    for await (const part of this.parts.find({ chunksLeft: true })) this.move((parts) => removeChunks(parts, part));
    return this.moves.size;
  }

  append(log: LogIdentity, frame: LogFrameBytes): Promise<{ readonly end: number }> {
    return this.logOf(log).append(frame);
  }

  async stat(log: LogIdentity): Promise<LogStat> {
    const { cursor, seal } = await this.logOf(log).head();
    if (seal) return { sizeBytes: seal.view.sizeBytes, lines: seal.view.lines, seal: seal.view };
    return { sizeBytes: cursor.offset, lines: linesOf(cursor) };
  }

  async seal(log: LogIdentity, judge: (stored: StoredLog) => LogView): Promise<LogView> {
    const sealed = await this.logOf(log).seal(judge);
    if (!sealed.compacted) this.move((parts) => compact(parts, sealed));
    return sealed.view;
  }

  async *read(log: LogIdentity, range: ByteRange): AsyncGenerator<Uint8Array> {
    const { cursor, seal } = await this.logOf(log).head();
    yield* this.reader.read(log.attemptId, { from: range.from, to: Math.min(range.to, seal?.view.sizeBytes ?? cursor.offset) });
  }

  async placeOfLine(log: LogIdentity, line: number): Promise<LogPlace> {
    const places = await this.reader.placesBeforeLine(log.attemptId, line);
    return places[lastWhere(places.length, (index) => (places[index]?.line ?? 0) < line)] ?? emptyLog.placed;
  }

  places(log: LogIdentity, range: ByteRange, limit: number): Promise<readonly LogPlace[]> {
    return this.reader.places(log.attemptId, range, limit);
  }

  remove(log: LogIdentity): Promise<void> {
    return this.logOf(log).remove(async () => {
      await Promise.all(this.moves);
      await removeFiles(this.compaction.bucket, log.attemptId);
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.logs.values()].map((log) => log.settled()));
    await Promise.all(this.moves);
    this.logs.clear();
  }

  /** Waits until all sealed logs have moved to GridFS. */
  async moved(): Promise<void> {
    await Promise.all(this.moves);
  }

  /** In the background: nobody waits for it but `close`. What fails stays readable where it is, and is moved by a later sweep. */
  private move(how: (parts: CompactionParts) => Promise<void>): void {
    const done: Promise<void> = how(this.compaction)
      .catch((error: unknown) => this.options.moveFailed?.(error))
      .finally(() => this.moves.delete(done));
    this.moves.add(done);
  }

  private logOf(log: LogIdentity): MongoLog {
    const store = {
      parts: this.parts,
      crashPoints: this.options.crashPoints,
      readAll: (each: LogIdentity, sizeBytes: number) => this.reader.read(each.attemptId, { from: 0, to: sizeBytes }),
    };
    const known = this.logs.get(log.attemptId) ?? new MongoLog(log, store);
    this.logs.delete(log.attemptId);
    this.logs.set(log.attemptId, known);
    this.forgetOldest(known);
    return known;
  }

  private forgetOldest(kept: MongoLog): void {
    let surplus = this.logs.size - (this.options.maxKnownLogs ?? 8_192);
    for (const [attemptId, log] of this.logs) {
      if (surplus-- <= 0) return;
      if (log !== kept && !log.isBusy) this.logs.delete(attemptId);
    }
  }
}
