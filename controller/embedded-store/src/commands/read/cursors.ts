import { randomBytes } from 'node:crypto';

import { Long } from 'bson';

import { RawList } from '../../bson/raw.js';
import type { Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';

/** A batch ends at this size, so that every reply fits into one message. */
const batchBytes = 16 * 1024 * 1024 - 16 * 1024;
const idleMs = 10 * 60 * 1000;

/** Something that hands out encoded documents, one after the other, until it gives nothing. */
export interface Source {
  readonly namespace: string;
  /** Must not be held open between batches. */
  take(): Iterable<Uint8Array>;
}

interface OpenCursor {
  readonly source: Source;
  readonly pending: Uint8Array[];
  usedAt: number;
}

export interface BatchOptions {
  readonly size: number;
  readonly closes: boolean;
}

/** The results that clients have not fetched yet. */
export class Cursors {
  readonly #open = new Map<string, OpenCursor>();

  constructor(private readonly now: () => number) {}

  /** The reply to a query: its first batch, and a cursor if there is more. */
  open(source: Source, { size, closes }: BatchOptions): Doc {
    const cursor: OpenCursor = { source, pending: [], usedAt: this.now() };
    const { batch, hasMore } = fill(cursor, size);
    const id = hasMore && !closes ? newCursorId() : Long.ZERO;
    if (!id.isZero()) this.#open.set(id.toString(), cursor);
    return { cursor: { firstBatch: new RawList(batch), id, ns: source.namespace }, ok: 1 };
  }

  /** The next batch of an open cursor. */
  next(id: Long, size: number): Doc {
    const cursor = this.#open.get(id.toString());
    if (!cursor) throw new CommandError('CursorNotFound', `cursor id ${id.toString()} not found`);
    cursor.usedAt = this.now();
    const { batch, hasMore } = fill(cursor, size);
    if (!hasMore) this.#open.delete(id.toString());
    return { cursor: { nextBatch: new RawList(batch), id: hasMore ? id : Long.ZERO, ns: cursor.source.namespace }, ok: 1 };
  }

  /** Forgets a cursor; tells whether it was there. */
  kill(id: Long): boolean {
    return this.#open.delete(id.toString());
  }

  /** Forgets cursors that nobody has asked for a while. */
  expire(): void {
    for (const [id, { usedAt }] of this.#open) if (this.now() - usedAt > idleMs) this.#open.delete(id);
  }

  get size(): number {
    return this.#open.size;
  }
}

function newCursorId(): Long {
  return Long.fromBigInt(BigInt.asIntN(64, randomBytes(8).readBigUInt64BE(0) >> 1n) || 1n);
}

/** One document more than fits is taken, to know whether there is more; it waits in `pending`. */
function fill(cursor: OpenCursor, size: number): { batch: Uint8Array[]; hasMore: boolean } {
  const batch = cursor.pending.splice(0);
  if (size === 0) return { batch: [], hasMore: true };
  let bytes = batch.reduce((sum, doc) => sum + doc.length, 0);
  for (const doc of cursor.source.take()) {
    if (batch.length >= size || (batch.length > 0 && bytes + doc.length > batchBytes)) {
      cursor.pending.push(doc);
      return { batch, hasMore: true };
    }
    batch.push(doc);
    bytes += doc.length;
  }
  return { batch, hasMore: false };
}

/** A list that is there already, as a source. */
export function listSource(namespace: string, documents: readonly Uint8Array[]): Source {
  const rest = documents[Symbol.iterator]();
  return {
    namespace,
    *take() {
      for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
    },
  };
}
