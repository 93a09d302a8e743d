import { Decimal128, Double, Int32, Long } from 'bson';

import { parseDecimal, toDecimal, type ParsedDecimal } from './decimal.js';
import { toNumber, type BsonNumber } from './values.js';

const maxInt32 = 0x7fffffff;
const minInt64 = -(1n << 63n);
const maxInt64 = (1n << 63n) - 1n;

type Operation = 'add' | 'multiply';

/**
 * Adds or multiplies as MongoDB does: the wider class wins, Int32 grows to Long. Gives nothing where the result does
 * not fit into a Long.
 */
export function combine(operation: Operation, left: BsonNumber, right: BsonNumber): BsonNumber | undefined {
  if (left instanceof Decimal128 || right instanceof Decimal128) return combineDecimals(operation, left, right);
  if (isDouble(left) || isDouble(right)) {
    const [a, b] = [toNumber(left), toNumber(right)];
    return new Double(operation === 'add' ? a + b : a * b);
  }
  const [a, b] = [toBigInt(left), toBigInt(right)];
  const result = operation === 'add' ? a + b : a * b;
  if (result < minInt64 || result > maxInt64) return undefined;
  const fitsInt32 = result >= -BigInt(maxInt32) - 1n && result <= BigInt(maxInt32);
  return isInt32(left) && isInt32(right) && fitsInt32 ? new Int32(Number(result)) : Long.fromBigInt(result);
}

function combineDecimals(operation: Operation, left: BsonNumber, right: BsonNumber): BsonNumber {
  const a = decimalOf(left);
  const b = decimalOf(right);
  if (typeof a === 'number' || typeof b === 'number') {
    const [x, y] = [toNumber(left), toNumber(right)];
    return Decimal128.fromString(String(operation === 'add' ? x + y : x * y));
  }
  if (operation === 'multiply') {
    return toDecimal({ coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent });
  }
  const exponent = Math.min(a.exponent, b.exponent);
  return toDecimal({ coefficient: scaled(a, exponent) + scaled(b, exponent), exponent });
}

function scaled({ coefficient, exponent }: ParsedDecimal, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to);
}

function decimalOf(value: BsonNumber): ParsedDecimal | number {
  return parseDecimal(value instanceof Decimal128 ? value : Decimal128.fromStringWithRounding(String(value)));
}

/** The integer of an Int32, Long or whole number. */
export function toBigInt(value: BsonNumber): bigint {
  return value instanceof Long ? value.toBigInt() : BigInt(Math.trunc(toNumber(value)));
}

function isDouble(value: BsonNumber): boolean {
  return value instanceof Double || (typeof value === 'number' && !isInt32(value));
}

/** Whether a number is stored as Int32. */
export function isInt32(value: unknown): boolean {
  return value instanceof Int32 || (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= maxInt32);
}
