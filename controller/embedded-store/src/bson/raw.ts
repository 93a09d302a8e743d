import { encode } from './codec.js';
import { isDoc, type Doc } from './values.js';

/** A document that stays in its encoded form on the way to the client. */
export class RawDocument {
  constructor(readonly bytes: Uint8Array) {}
}

/** A list of encoded documents, written as a BSON array. */
export class RawList {
  constructor(readonly documents: readonly Uint8Array[]) {}
}

interface Element {
  readonly type: number;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Walks the top-level elements of an encoded document; throws RangeError on a malformed one. */
export function* elementsOf(bytes: Buffer): Generator<Element> {
  let at = 4;
  const end = bytes.length - 1;
  while (at < end) {
    const start = at;
    const type = bytes.readUInt8(at);
    const nameEnd = bytes.indexOf(0, at + 1);
    if (nameEnd < 0) throw new RangeError('a field name has no end');
    const name = bytes.toString('utf8', at + 1, nameEnd);
    at = nameEnd + 1 + valueLength(bytes, type, nameEnd + 1);
    if (at > end) throw new RangeError(`field ${name} reaches past the end of its document`);
    yield { type, name, start, end: at };
  }
}

const fixedLengths: ReadonlyMap<number, number> = new Map([
  [0x01, 8],
  [0x06, 0],
  [0x07, 12],
  [0x08, 1],
  [0x09, 8],
  [0x0a, 0],
  [0x10, 4],
  [0x11, 8],
  [0x12, 8],
  [0x13, 16],
  [0x7f, 0],
  [0xff, 0],
]);

function valueLength(bytes: Buffer, type: number, at: number): number {
  const fixed = fixedLengths.get(type);
  if (fixed !== undefined) return fixed;
  switch (type) {
    case 0x02:
    case 0x0d:
    case 0x0e:
      return 4 + positive(bytes.readInt32LE(at));
    case 0x03:
    case 0x04:
    case 0x0f:
      return positive(bytes.readInt32LE(at));
    case 0x05:
      return 5 + bytes.readUInt32LE(at);
    case 0x0c:
      return 16 + positive(bytes.readInt32LE(at));
    case 0x0b: {
      const patternEnd = bytes.indexOf(0, at);
      const flagsEnd = patternEnd < 0 ? -1 : bytes.indexOf(0, patternEnd + 1);
      if (flagsEnd < 0) throw new RangeError('a regular expression has no end');
      return flagsEnd + 1 - at;
    }
    default:
      throw new RangeError(`unknown BSON type ${type}`);
  }
}

function positive(length: number): number {
  if (length < 1) throw new RangeError(`length ${length} of a value`);
  return length;
}

/** The name of the first field: the command's name in a request. */
export function firstName(bytes: Buffer): string | undefined {
  for (const { name } of elementsOf(bytes)) return name;
  return undefined;
}

/** The same document with `_id` as its first field; all other bytes stay as they came. */
export function withIdFirst(bytes: Buffer): Buffer {
  let first = true;
  for (const { name, start, end } of elementsOf(bytes)) {
    if (name === '_id') {
      if (first) return bytes;
      return Buffer.concat([bytes.subarray(0, 4), bytes.subarray(start, end), bytes.subarray(4, start), bytes.subarray(end)]);
    }
    first = false;
  }
  return bytes;
}

/** The same document with one field put before all others. */
export function withFieldFirst(bytes: Buffer, field: Doc): Buffer {
  const added = encode(field).subarray(4, -1);
  const whole = Buffer.concat([bytes.subarray(0, 4), added, bytes.subarray(4)]);
  whole.writeInt32LE(whole.length, 0);
  return whole;
}

/** Encodes a reply whose values may be already encoded documents or lists of them. */
export function encodeReply(reply: Doc): Buffer {
  const parts: Uint8Array[] = [];
  let plain: Doc = {};
  let plainFields = 0;
  const takePlain = () => {
    if (plainFields > 0) parts.push(encode(plain).subarray(4, -1));
    plain = {};
    plainFields = 0;
  };
  for (const [name, value] of Object.entries(reply)) {
    const raw = rawParts(name, value);
    if (raw) {
      takePlain();
      parts.push(...raw);
    } else {
      plain[name] = value;
      plainFields += 1;
    }
  }
  if (parts.length === 0) return encode(plain);
  takePlain();
  return framed(parts);
}

function rawParts(name: string, value: unknown): Uint8Array[] | undefined {
  if (value instanceof RawDocument) return [header(0x03, name), value.bytes];
  if (value instanceof RawList) return [header(0x04, name), encodeList(value.documents)];
  return isDoc(value) && holdsRaw(value) ? [header(0x03, name), encodeReply(value)] : undefined;
}

function holdsRaw(doc: Doc): boolean {
  return Object.values(doc).some((value) => value instanceof RawDocument || value instanceof RawList);
}

function encodeList(documents: readonly Uint8Array[]): Buffer {
  return framed(documents.flatMap((bytes, index) => [header(0x03, String(index)), bytes]));
}

function framed(parts: readonly Uint8Array[]): Buffer {
  const whole = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.alloc(1)]);
  whole.writeInt32LE(whole.length, 0);
  return whole;
}

function header(type: number, name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'utf8');
}
