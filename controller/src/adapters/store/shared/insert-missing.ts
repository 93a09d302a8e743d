import type { Collection, OptionalUnlessRequiredId } from 'mongodb';
import { isDuplicate } from './records.js';

/** Inserts the records that are not there yet; the others are left as they are. Resolves with the ids that were inserted. */
export async function insertMissing<T extends { readonly _id: string }>(
  collection: Collection<T>,
  records: readonly T[],
): Promise<ReadonlySet<T['_id']>> {
  const inserted = await insertEach(collection, records);
  return new Set(records.flatMap(({ _id }, index) => (inserted[index] === true ? [_id] : [])));
}

/** Inserts the records that are not there yet; says of each, in its place, whether it was inserted. */
export async function insertEach<T extends { readonly _id: string }>(
  collection: Collection<T>,
  records: readonly T[],
): Promise<readonly boolean[]> {
  if (records.length === 0) return [];
  try {
    await collection.insertMany(records.map(asInsert), { ordered: false });
    return records.map(() => true);
  } catch (error) {
    if (!isDuplicate(error) || isUnsafe(error)) throw error;
    const failed = new Set(
      failuresOf(error).map(({ index, code }) => {
        if (code !== 11_000) throw error;
        return index;
      }),
    );
    return records.map((_, index) => !failed.has(index));
  }
}

/** The driver's type asks for an `_id` that it would make; ours has one. */
const asInsert = <T extends { readonly _id: string }>(record: T) => record as OptionalUnlessRequiredId<T>;

/** What went wrong with single documents of a command. */
export function failuresOf(error: unknown): ReadonlyArray<{ readonly index: number; readonly code?: unknown }> {
  const { writeErrors } = error as { readonly writeErrors?: ReadonlyArray<{ readonly index: number; readonly code?: unknown }> };
  return [writeErrors ?? []].flat();
}

/** Whether beside single documents the durability of the others failed: the driver tells of the documents first. */
export function isUnsafe(error: unknown): boolean {
  const { result } = error as { readonly result?: { getWriteConcernError?(): unknown } };
  return result?.getWriteConcernError?.() !== undefined;
}
