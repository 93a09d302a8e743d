/** Record ids are the places of documents in a collection, in the order of insertion. */
export const recordIdBytes = 6;

/** Prefix of all keys of a collection's documents or an index's entries. */
export function idPrefix(id: number): Buffer {
  const known = prefixes.get(id);
  if (known) return known;
  const key = Buffer.alloc(4);
  key.writeUInt32BE(id, 0);
  prefixes.set(id, key);
  return key;
}

/** Made once for each collection and index, since every key begins with one. They are copied, never written. */
const prefixes = new Map<number, Buffer>();

/** The key of a document. */
export function documentKey(collectionId: number, record: number): Buffer {
  const key = Buffer.allocUnsafe(4 + recordIdBytes);
  key.writeUInt32BE(collectionId, 0);
  key.writeUIntBE(record, 4, recordIdBytes);
  return key;
}

/** The record id at the end of a key, or that is the value of a unique index's entry. */
export function recordOf(bytes: Buffer): number {
  return bytes.readUIntBE(bytes.length - recordIdBytes, recordIdBytes);
}

/** A record id as bytes. */
export function recordBytes(record: number): Buffer {
  const bytes = Buffer.allocUnsafe(recordIdBytes);
  bytes.writeUIntBE(record, 0, recordIdBytes);
  return bytes;
}

/** The first key after all keys that begin with these bytes. */
export function successor(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix);
  let at = next.length - 1;
  while (at > 0 && next[at] === 0xff) at--;
  next[at] = (next[at] ?? 0) + 1;
  return next.subarray(0, at + 1);
}
