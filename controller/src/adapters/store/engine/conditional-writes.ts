import type { AnyBulkWriteOperation, Collection, Filter } from 'mongodb';
import { newest } from '../../../shared/newest-reads.js';
import { isDuplicate } from '../shared/records.js';
import { failuresOf, isUnsafe } from '../shared/insert-missing.js';

interface Marked {
  readonly _id: string;
  /** Names the last write that was applied. */
  readonly lastWriteId?: string;
}

/** A write of one document under a condition. It leaves its mark, by which it is recognised. */
export interface ConditionalWrite<T extends Marked> {
  readonly id: T['_id'];
  readonly mark: string;
  readonly operation: AnyBulkWriteOperation<T>;
}
export type WriteAnswer = 'written' | 'stale' | 'taken';

/** Makes many writes by one command, each under its own condition. `taken`: a unique value is another document's. */
export async function writeEach<T extends Marked>(
  collection: Collection<T>,
  writes: ReadonlyArray<ConditionalWrite<T>>,
): Promise<readonly WriteAnswer[]> {
  const { matched, taken } = await bulk(
    collection,
    writes.map(({ operation }) => operation),
  );
  if (matched === writes.length) return writes.map(() => 'written');
  if (writes.length === 1) return [taken.has(0) ? 'taken' : 'stale'];
  const applied = await marksOf(
    collection,
    writes.map(({ id }) => id),
  );
  return writes.map(({ id, mark }, index) => (taken.has(index) ? 'taken' : applied.get(id) === mark ? 'written' : 'stale'));
}

async function bulk<T extends Marked>(
  collection: Collection<T>,
  operations: Array<AnyBulkWriteOperation<T>>,
): Promise<{ readonly matched: number; readonly taken: ReadonlySet<number> }> {
  try {
    const { matchedCount } = await collection.bulkWrite(operations, { ordered: false });
    return { matched: matchedCount, taken: new Set() };
  } catch (error) {
    const failures = failuresOf(error);
    if (!isDuplicate(error) || isUnsafe(error) || failures.some(({ code }) => code !== 11_000)) throw error;
    return { matched: 0, taken: new Set(failures.map(({ index }) => index)) };
  }
}

/** The answer to a command says how many writes met their condition, not which. */
async function marksOf<T extends Marked>(collection: Collection<T>, ids: ReadonlyArray<T['_id']>): Promise<ReadonlyMap<string, string>> {
  const among: Filter<Marked> = { _id: { $in: [...ids] } };
  const stored = await collection
    .find(among as Filter<T>, newest)
    .project<Marked>({ lastWriteId: 1 })
    .toArray();
  return new Map(stored.flatMap(({ _id, lastWriteId }) => (lastWriteId === undefined ? [] : [[_id, lastWriteId]])));
}
