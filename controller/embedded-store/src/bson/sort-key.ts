import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'bson';

import { writeNumber } from './number-key.js';
import { MISSING, type Doc, isNumber, typeOf } from './values.js';

/**
 * Sort keys: byte strings whose plain byte order is BSON's order of values. No key is the beginning of another one,
 * so that keys can be joined for compound indexes and inverted for descending fields.
 */

/** Leading byte of each kind of value, in BSON's order of kinds. */
export const tags = {
  minKey: 0x05,
  emptyArray: 0x08,
  null: 0x10,
  number: 0x20,
  string: 0x30,
  object: 0x40,
  array: 0x50,
  binary: 0x60,
  objectId: 0x70,
  false: 0x80,
  true: 0x81,
  date: 0x90,
  timestamp: 0xa0,
  regex: 0xb0,
  pointer: 0xb8,
  code: 0xc0,
  scopedCode: 0xc8,
  maxKey: 0xf0,
} as const;

/** Collects the bytes of one key; reused for every key, so its content must be copied out with `take`. */
export class KeyWriter {
  #bytes = Buffer.allocUnsafe(4096);
  length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.length);
    this.length += value.length;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#bytes.writeDoubleBE(value, this.length);
    const negative = this.#bytes.readUInt8(this.length) & 0x80;
    if (negative) this.invertFrom(this.length, this.length + 8);
    else this.#bytes.writeUInt8(this.#bytes.readUInt8(this.length) | 0x80, this.length);
    this.length += 8;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.length = this.#bytes.writeUInt32BE(value, this.length);
  }

  uint64(value: bigint): void {
    this.#reserve(8);
    this.length = this.#bytes.writeBigUInt64BE(value, this.length);
  }

  /** UTF-8 with zero bytes escaped and a closing zero pair, so that shorter strings sort first. */
  text(value: string): void {
    this.#reserve(value.length * 3 + 2);
    const written = this.#bytes.write(value, this.length, 'utf8');
    if (value.includes('\0')) {
      const escaped = Buffer.from(value.replaceAll('\0', '\0\u0001'), 'utf8');
      this.bytes(escaped);
    } else {
      this.length += written;
    }
    this.#reserve(2);
    this.#bytes[this.length++] = 0;
    this.#bytes[this.length++] = 0;
  }

  invertFrom(start: number, end = this.length): void {
    for (let at = start; at < end; at++) this.#bytes[at] = ~(this.#bytes[at] ?? 0) & 0xff;
  }

  /** A copy of what was written since `reset`. */
  take(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.length));
  }

  reset(): void {
    this.length = 0;
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + more));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }
}

const shared = new KeyWriter();

/** The sort key of one value, in ascending order. */
export function sortKey(value: unknown): Buffer {
  shared.reset();
  writeKey(shared, value);
  return shared.take();
}

/** Appends a value's key. */
export function writeKey(to: KeyWriter, value: unknown): void {
  if (typeof value === 'string') {
    to.byte(tags.string);
    to.text(value);
  } else if (isNumber(value)) {
    to.byte(tags.number);
    writeNumber(to, value);
  } else if (value === null || value === undefined || value === MISSING) {
    to.byte(tags.null);
  } else if (typeof value === 'boolean') {
    to.byte(value ? tags.true : tags.false);
  } else {
    writeObject(to, value);
  }
}

function writeObject(to: KeyWriter, value: unknown): void {
  if (value instanceof ObjectId) {
    to.byte(tags.objectId);
    to.bytes(value.id);
  } else if (value instanceof Date) {
    to.byte(tags.date);
    to.uint64(BigInt.asUintN(64, BigInt(Number.isNaN(value.getTime()) ? 0 : value.getTime()) + (1n << 63n)));
  } else if (Array.isArray(value)) {
    to.byte(tags.array);
    for (const item of value) writeKey(to, item);
    to.byte(0);
  } else if (value instanceof Binary || value instanceof Uint8Array) {
    writeBinary(to, value);
  } else if (value instanceof Timestamp) {
    to.byte(tags.timestamp);
    to.uint64(BigInt.asUintN(64, value.toBigInt()));
  } else if (value instanceof BSONRegExp || value instanceof RegExp) {
    to.byte(tags.regex);
    to.text(value instanceof RegExp ? value.source : value.pattern);
    to.text(value instanceof RegExp ? value.flags : value.options);
  } else {
    writeRare(to, value);
  }
}

function writeRare(to: KeyWriter, value: unknown): void {
  const type = typeOf(value);
  if (type === -1) to.byte(tags.minKey);
  else if (type === 127) to.byte(tags.maxKey);
  else if (value instanceof BSONSymbol) {
    to.byte(tags.string);
    to.text(value.value);
  } else if (value instanceof Code) {
    to.byte(value.scope ? tags.scopedCode : tags.code);
    to.text(value.code.toString());
    if (value.scope) writeFields(to, value.scope);
  } else if (typeof value === 'object' && value !== null) {
    to.byte(tags.object);
    writeFields(to, Object.fromEntries(Object.entries(value)));
  } else {
    throw new TypeError(`a ${typeof value} has no place in BSON's order`);
  }
}

/** Documents compare field by field: first the kind of value, then the name, then the value. */
function writeFields(to: KeyWriter, doc: Doc): void {
  for (const [name, value] of Object.entries(doc)) {
    to.byte(kindOf(value));
    to.text(name);
    writeKey(to, value);
  }
  to.byte(0);
}

function writeBinary(to: KeyWriter, value: Binary | Uint8Array): void {
  const bytes = value instanceof Binary ? value.buffer.subarray(0, value.position) : value;
  to.byte(tags.binary);
  to.uint32(bytes.length);
  to.byte(value instanceof Binary ? value.sub_type : 0);
  to.bytes(bytes);
}

const kindWriter = new KeyWriter();

/** The kind's tag, the same for all numbers and for both booleans: what type bracketing compares. */
export function kindOf(value: unknown): number {
  if (isNumber(value)) return tags.number;
  if (typeof value === 'string') return tags.string;
  if (typeof value === 'boolean') return tags.false;
  if (value === null || value === undefined || value === MISSING) return tags.null;
  if (value instanceof ObjectId) return tags.objectId;
  if (value instanceof Date) return tags.date;
  if (Array.isArray(value)) return tags.array;
  kindWriter.reset();
  writeKey(kindWriter, value);
  return kindWriter.take()[0] ?? tags.null;
}

/** Orders two values as BSON does; numbers of different classes compare by their value. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'string' && left === right) return 0;
  const a = smallNumber(left);
  const b = smallNumber(right);
  if (a !== undefined && b !== undefined) return a < b ? -1 : a > b ? 1 : 0;
  if (left instanceof Date && right instanceof Date) return Math.sign(left.getTime() - right.getTime());
  return Buffer.compare(sortKey(left), sortKey(right));
}

/** Whether two values are equal in BSON's order: 1, 1.0 and Long 1 are. */
export function equalValues(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' || typeof right === 'string') {
    if (typeof left === typeof right) return left === right;
  }
  return kindOf(left) === kindOf(right) && compareValues(left, right) === 0;
}

function smallNumber(value: unknown): number | undefined {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return Number.isNaN(value.value) ? undefined : value.value;
  if (value instanceof Long || value instanceof Decimal128) return undefined;
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
}
