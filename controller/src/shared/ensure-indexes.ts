import type { Collection, CreateIndexesOptions, Document } from 'mongodb';

/** An index as it is asked for: keys and options. */
export type IndexWish = readonly [keys: Readonly<Record<string, 1 | -1>>, options?: CreateIndexesOptions];

/** What makes an index another one. */
const compared = ['unique', 'sparse', 'expireAfterSeconds', 'partialFilterExpression'] as const;
const namespaceNotFound = 26;
/** Building an index on much data takes as long as it takes. */
const untilDone = { timeoutMS: 0 } as const;

/** An index differs from what Drover needs, and only a person can decide what to do. */
export class IndexDiffers extends Error {
  readonly code = 'STORE_INDEX_DIFFERS';
}

/**
 * Compares the indexes that are there with those that are asked for, and makes what is missing. One that differs is
 * built again, unless it is unique or has to be: then documents may break it, and `IndexDiffers` says how to mend it.
 */
export async function ensureIndexes<T extends Document>(collection: Collection<T>, wishes: readonly IndexWish[]): Promise<void> {
  if (wishes.length === 0) return;
  const there = await indexesOf(collection);
  for (const [keys, options = {}] of wishes) {
    const found = there.find((index) => index['name'] === nameOf(keys) || sameText(index['key'], keys));
    if (found && isAs(found, keys, options)) continue;
    if (found) await drop(collection, found, { key: keys, ...options });
    await collection.createIndex(keys, { ...options, ...untilDone });
  }
}

async function indexesOf<T extends Document>(collection: Collection<T>): Promise<readonly Document[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === namespaceNotFound) return [];
    throw error;
  }
}

async function drop<T extends Document>(collection: Collection<T>, found: Document, wanted: Document): Promise<void> {
  const name = String(found['name']);
  if (found['unique'] === true || wanted['unique'] === true) {
    const place = `db.getCollection(${JSON.stringify(collection.collectionName)})`;
    throw new IndexDiffers(
      `The index ${name} of the collection ${collection.collectionName} is ${described(found)}, and Drover needs ${described(wanted)}. ` +
        `Remove documents that break it, if there are any, then drop it in mongosh: ${place}.dropIndex(${JSON.stringify(name)}). The next start builds it.`,
    );
  }
  await collection.dropIndex(name, untilDone);
}

const isAs = (found: Document, keys: IndexWish[0], options: Document): boolean =>
  sameText(found['key'], keys) && compared.every((name) => sameText(found[name] ?? false, options[name] ?? false));

/** The name that MongoDB gives an index by itself. */
const nameOf = (keys: IndexWish[0]): string => Object.entries(keys).flat().join('_');
const sameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const described = (index: Document): string =>
  JSON.stringify(Object.fromEntries(['key', ...compared].flatMap((name) => (index[name] === undefined ? [] : [[name, index[name]]]))));
