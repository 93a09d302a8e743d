import { createHash } from 'node:crypto';
import type { AttemptId } from '@drover/protocol';
import type { LogView } from '@drover/protocol/api';
import { covering, emptyLog, lastWhere, linesOf, scan, type LogCursor, type LogPlace } from '../../domain/logs/places.js';
import type { StoredLog } from '../../domain/logs/verdict.js';
import { LogRefused, type ByteRange, type LogFrameBytes, type LogStat, type LogStorage } from '../../services/logs/log-storage.js';
import type { LogIdentity } from '../../services/ports/logs.js';
import { gather } from './gather.js';

interface MemoryLog {
  bytes: Buffer;
  cursor: LogCursor;
  places: LogPlace[];
  seal?: LogView;
}

/** Logs in memory, for tests: the same promises, but nothing outlives the process. */
export class MemoryLogStorage implements LogStorage {
  private readonly logs = new Map<AttemptId, MemoryLog>();

  /** What is stored of a log now. */
  bytesOf(attemptId: AttemptId): Buffer {
    return this.logs.get(attemptId)?.bytes ?? Buffer.alloc(0);
  }

  async append({ attemptId }: LogIdentity, frame: LogFrameBytes): Promise<{ readonly end: number }> {
    const log = this.logs.get(attemptId) ?? { bytes: Buffer.alloc(0), cursor: emptyLog, places: [] };
    const { buffers, marks } = gather(log.bytes.length, [frame]);
    if (buffers.length > 0 && log.seal) throw new LogRefused('sealed', attemptId, log.bytes.length);
    for (const bytes of buffers) {
      const scanned = scan(log.cursor, bytes, marks);
      log.cursor = scanned.cursor;
      log.places.push(...scanned.places);
      log.bytes = Buffer.concat([log.bytes, bytes]);
    }
    this.logs.set(attemptId, log);
    return { end: log.bytes.length };
  }

  async stat({ attemptId }: LogIdentity): Promise<LogStat> {
    const { cursor, seal } = this.logs.get(attemptId) ?? { cursor: emptyLog, seal: undefined };
    return { sizeBytes: cursor.offset, lines: linesOf(cursor), ...(seal ? { seal } : {}) };
  }

  async *read({ attemptId }: LogIdentity, { from, to }: ByteRange): AsyncGenerator<Uint8Array> {
    const bytes = this.logs.get(attemptId)?.bytes.subarray(from, to);
    if (bytes && bytes.length > 0) yield bytes;
  }

  async placeOfLine({ attemptId }: LogIdentity, line: number): Promise<LogPlace> {
    const places = this.logs.get(attemptId)?.places ?? [];
    return places[lastWhere(places.length, (index) => (places[index]?.line ?? 0) < line)] ?? emptyLog.placed;
  }

  async places({ attemptId }: LogIdentity, range: ByteRange, limit: number): Promise<readonly LogPlace[]> {
    return covering(this.logs.get(attemptId)?.places ?? [], range).slice(0, limit);
  }

  async seal({ attemptId }: LogIdentity, judge: (stored: StoredLog) => LogView): Promise<LogView> {
    const log = this.logs.get(attemptId) ?? { bytes: Buffer.alloc(0), cursor: emptyLog, places: [] };
    const sha256 = createHash('sha256').update(log.bytes).digest('hex');
    log.seal ??= judge({ sizeBytes: log.bytes.length, lines: linesOf(log.cursor), sha256 });
    this.logs.set(attemptId, log);
    return log.seal;
  }

  async remove({ attemptId }: LogIdentity): Promise<void> {
    this.logs.delete(attemptId);
  }

  async close(): Promise<void> {
    this.logs.clear();
  }
}
