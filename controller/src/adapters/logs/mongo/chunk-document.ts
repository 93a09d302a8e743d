import type { Binary } from 'mongodb';
import type { AttemptId, ProjectId, RunId } from '@drover/protocol';
import type { LogView } from '@drover/protocol/api';
import type { LogCursor, LogPlace } from '../../../domain/logs/places.js';

interface LogPart {
  /** `<attempt>/<offset>`: unique, so that of two writers at the same end only one appends. Sorts by offset. */
  readonly _id: string;
  readonly projectId: ProjectId;
  readonly runId: RunId;
  readonly attemptId: AttemptId;
  readonly offset: number;
}

/** Bytes of a live log. Each chunk begins where another ends, so that they form one chain. */
export interface ChunkDocument extends LogPart {
  readonly kind: 'bytes';
  readonly bytes: Binary;
  readonly before: LogCursor;
  readonly after: LogCursor;
  readonly places: readonly LogPlace[];
  /** Line ends before it: half of the index `{ attemptId, line, offset }`. */
  readonly line: number;
}

/** The end of the chain: lies at the log's end, so that nothing can be appended there any more. */
export interface SealDocument extends LogPart {
  readonly kind: 'seal';
  readonly view: LogView;
  /** Whether the bytes have moved to GridFS. */
  readonly compacted: boolean;
  /** Set with `compacted`, until the chunks are gone. */
  readonly chunksLeft?: boolean;
  /** When somebody began to move them. */
  readonly claimedAt: number;
}

export type LogDocument = ChunkDocument | SealDocument;

/** Wide enough for any safe integer. */
const offsetDigits = 16;

export const keyOf = (attemptId: AttemptId, offset: number): string => `${attemptId}/${String(offset).padStart(offsetDigits, '0')}`;

/** All parts of one log. `0` follows `/` in the order of characters. */
export const partsOf = (attemptId: AttemptId): { readonly $gte: string; readonly $lt: string } => ({
  $gte: `${attemptId}/`,
  $lt: `${attemptId}0`,
});
