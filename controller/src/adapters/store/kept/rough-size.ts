/** What V8 takes for an object or a string beside what is in it, and for each of its places; rounded. */
const headBytes = 24;
const placeBytes = 8;

/** Sizes of the parts of records, which are frozen: a record that was changed in one place shares the others. */
const known = new WeakMap<object, number>();

/**
 * About how much memory a record takes, in bytes: good for a bound, not for a sum. Of a record that shares its parts
 * with one that was measured before only what is new is looked through, so that it costs nothing to ask at each write.
 */
export function roughBytesOf(record: object): number {
  return headBytes + sum(Object.values(record), bytesOfPart);
}

function bytesOfPart(part: unknown): number {
  if (typeof part !== 'object' || part === null) return bytesOf(part);
  const before = known.get(part);
  if (before !== undefined) return before;
  const bytes = bytesOf(part);
  known.set(part, bytes);
  return bytes;
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return placeBytes + headBytes + value.length;
  if (typeof value !== 'object' || value === null) return placeBytes;
  if (ArrayBuffer.isView(value)) return placeBytes + headBytes + value.byteLength;
  return placeBytes + headBytes + sum(Object.values(value), bytesOf);
}

const sum = (values: readonly unknown[], size: (value: unknown) => number): number =>
  values.reduce<number>((bytes, value) => bytes + size(value), 0);
