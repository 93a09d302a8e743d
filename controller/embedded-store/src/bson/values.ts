import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

/** A decoded BSON document. Numbers keep their BSON class (Int32, Double, Long, Decimal128). */
export type Doc = Record<string, unknown>;

/** Stands for "no such field", which BSON's own undefined and null must not be confused with. */
export const MISSING: unique symbol = Symbol('missing');

/** Tells a plain embedded document from arrays, dates and BSON's own value classes. */
export function isDoc(value: unknown): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof RegExp) &&
    !('_bsontype' in value && Object.getPrototypeOf(value) !== Object.prototype)
  );
}

/** True for fields of the document itself, never for what it inherits. */
export function hasField(doc: Doc, name: string): boolean {
  return Object.hasOwn(doc, name);
}

/** Writes a field under any name, `__proto__` included, without touching the prototype. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(doc, name, { value, enumerable: true, writable: true, configurable: true });
  } else {
    doc[name] = value;
  }
}

export type BsonNumber = Int32 | Double | Long | Decimal128 | number | bigint;

/** True for every BSON number, and for the plain numbers that computed values may hold. */
export function isNumber(value: unknown): value is BsonNumber {
  return (
    value instanceof Int32 ||
    value instanceof Double ||
    (value instanceof Long && !(value instanceof Timestamp)) ||
    typeof value === 'number' ||
    value instanceof Decimal128 ||
    typeof value === 'bigint'
  );
}

/** The nearest double of a BSON number. */
export function toNumber(value: BsonNumber): number {
  if (typeof value === 'number') return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) return value.toNumber();
  return Number(value.toString());
}

/** The names that `$type` and error messages use, by BSON type number. */
const typeNames: ReadonlyMap<number, string> = new Map([
  [-1, 'minKey'],
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [127, 'maxKey'],
]);

const typeNumbers: ReadonlyMap<string, number> = new Map([...typeNames].map(([number, name]) => [name, number]));

/** The BSON type number for an alias such as `string`, or nothing when there is no such alias. */
export function typeNumberOf(alias: string): number | undefined {
  return typeNumbers.get(alias);
}

/** Whether a number is one of BSON's type numbers. */
export function isTypeNumber(number: number): boolean {
  return typeNames.has(number);
}

/** The alias of a value's BSON type, for messages. */
export function typeNameOf(value: unknown): string {
  return value === MISSING ? 'missing' : (typeNames.get(typeOf(value)) ?? 'unknown');
}

/** The BSON type number of a decoded value. */
export function typeOf(value: unknown): number {
  if (value === null) return 10;
  switch (typeof value) {
    case 'string':
      return 2;
    case 'boolean':
      return 8;
    case 'undefined':
      return 6;
    case 'number':
      return Number.isInteger(value) && Math.abs(value) <= 0x7fffffff ? 16 : 1;
    case 'bigint':
      return 18;
    default:
      return typeOfObject(value);
  }
}

function typeOfObject(value: unknown): number {
  if (value instanceof Int32) return 16;
  if (value instanceof Double) return 1;
  if (value instanceof ObjectId) return 7;
  if (value instanceof Date) return 9;
  if (Array.isArray(value)) return 4;
  if (value instanceof Timestamp) return 17;
  if (value instanceof Long) return 18;
  if (value instanceof Binary || value instanceof Uint8Array) return 5;
  if (value instanceof BSONRegExp || value instanceof RegExp) return 11;
  if (value instanceof Decimal128) return 19;
  if (value instanceof MinKey) return -1;
  if (value instanceof MaxKey) return 127;
  if (value instanceof Code) return value.scope ? 15 : 13;
  if (value instanceof BSONSymbol) return 14;
  return 3;
}
