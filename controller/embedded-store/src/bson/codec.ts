import { BSONRegExp, deserialize, Double, Int32, Long, serialize } from 'bson';

import { isDoc, setField, type Doc } from './values.js';

/** The largest document that may be stored, as in MongoDB. */
export const maxDocumentBytes = 16 * 1024 * 1024;

const lossless = {
  promoteValues: false,
  promoteBuffers: false,
  promoteLongs: false,
  bsonRegExp: true,
  allowObjectSmallerThanBufferSize: false,
  validation: { utf8: false },
} as const;

/** Decodes BSON so that encoding it again gives the same types (Double 3.0 stays a Double). */
export function decode(bytes: Uint8Array): Doc {
  return deserialize(bytes, lossless);
}

/** Decodes a command, leaving the documents of an `insert` as the bytes that came. */
export function decodeCommand(bytes: Uint8Array, rawField: string | undefined): Doc {
  return rawField === undefined ? decode(bytes) : deserialize(bytes, { ...lossless, fieldsAsRaw: { [rawField]: true } });
}

/** Encodes a document; the caller checks the size. */
export function encode(doc: Doc): Buffer {
  const bytes = serialize(doc, { ignoreUndefined: false });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same value with plain JavaScript numbers, which is what mingo computes with. */
export function toPlain(value: unknown): unknown {
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long && value._bsontype === 'Long') {
    const number = value.toNumber();
    return Number.isSafeInteger(number) ? number : value;
  }
  if (value instanceof BSONRegExp) return new RegExp(value.pattern, value.options.replace(/[^ims]/g, ''));
  if (Array.isArray(value)) return value.map(toPlain);
  return isDoc(value) ? toPlainDoc(value) : value;
}

/** `toPlain` for a whole document. */
export function toPlainDoc(doc: Doc): Doc {
  const plain: Doc = {};
  for (const [name, value] of Object.entries(doc)) setField(plain, name, toPlain(value));
  return plain;
}
