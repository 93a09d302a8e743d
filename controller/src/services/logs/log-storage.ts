import type { AttemptId } from '@drover/protocol';
import type { LogMarks } from '@drover/protocol/agent';
import type { LogView } from '@drover/protocol/api';
import type { StoredLog } from '../../domain/logs/verdict.js';
import type { LogPlace } from '../../domain/logs/places.js';
import type { LogIdentity } from '../ports/logs.js';

export interface LogFrameBytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly marks: LogMarks;
}

export interface LogStat {
  readonly sizeBytes: number;
  readonly lines: number;
  /** The verdict, once the log is sealed: from then on it never changes. */
  readonly seal?: LogView;
}

export interface ByteRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Keeps the bytes of logs. Everything it tells of is durable; what it has acknowledged outlives a crash at any moment (B1). */
export interface LogStorage {
  /** Appends what lies beyond the stored end, in the order of the calls; resolves with the end once that is durable. Throws `LogRefused`; then nothing of the frame counts. */
  append(log: LogIdentity, frame: LogFrameBytes): Promise<{ readonly end: number }>;
  /** A log that was never written is an empty one. */
  stat(log: LogIdentity): Promise<LogStat>;
  /** The stored bytes of a range, clipped to the log, in order, in pieces. Throws `Damaged` where the storage has lost some of them. */
  read(log: LogIdentity, range: ByteRange): AsyncIterable<Uint8Array>;
  /** The last noted place before line `line` begins: reading on from there meets it soon. */
  placeOfLine(log: LogIdentity, line: number): Promise<LogPlace>;
  /** The places inside a range and the last one at or before it, in order; the first `limit` of them. */
  places(log: LogIdentity, range: ByteRange, limit: number): Promise<readonly LogPlace[]>;
  /** Closes a log behind all appends that came before, with the verdict that `judge` gives. The first verdict stays. */
  seal(log: LogIdentity, judge: (stored: StoredLog) => LogView): Promise<LogView>;
  /** Removes everything of a log. Idempotent. */
  remove(log: LogIdentity): Promise<void>;
  /** Waits for what was begun; closes all files. */
  close(): Promise<void>;
}

/** `sealed`: the log takes no more; `storageFull`, `unavailable`: try again later, nothing that was acknowledged is lost. */
export class LogRefused extends Error {
  constructor(
    readonly code: 'sealed' | 'storageFull' | 'unavailable',
    readonly attemptId: AttemptId,
    readonly end: number,
    options?: ErrorOptions,
  ) {
    super(`log of attempt ${attemptId}: expected to append at ${end}, was refused: ${code}`, options);
  }
}
