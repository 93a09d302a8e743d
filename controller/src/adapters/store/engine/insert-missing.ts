import type { Collection, OptionalUnlessRequiredId } from 'mongodb';
import { isDuplicate } from '../shared/records.js';

/** Inserts the records that are not there yet; the others are left as they are. Resolves with the ids that were inserted. */
export async function insertMissing<T extends { readonly _id: string }>(
  collection: Collection<T>,
  records: readonly T[],
): Promise<ReadonlySet<T['_id']>> {
  const ids = records.map(({ _id }) => _id);
  if (records.length === 0) return new Set();
  try {
    await collection.insertMany(records.map(asInsert), { ordered: false });
    return new Set(ids);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const failed = new Set(
      failuresOf(error).map(({ index, code }) => {
        if (code !== 11_000) throw error;
        return index;
      }),
    );
    return new Set(ids.filter((_, index) => !failed.has(index)));
  }
}

/** The driver's type asks for an `_id` that it would make; ours has one. */
const asInsert = <T extends { readonly _id: string }>(record: T) => record as OptionalUnlessRequiredId<T>;

/** What went wrong with single documents of a command. */
export function failuresOf(error: unknown): ReadonlyArray<{ readonly index: number; readonly code?: unknown }> {
  const { writeErrors } = error as { readonly writeErrors?: ReadonlyArray<{ readonly index: number; readonly code?: unknown }> };
  return [writeErrors ?? []].flat();
}
