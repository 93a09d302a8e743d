import { Decimal128, Double, Int32, Long } from 'bson';

import { parseDecimal, type ParsedDecimal } from './decimal.js';
import type { BsonNumber } from './values.js';

interface NumberSink {
  byte(value: number): void;
  bytes(value: Uint8Array): void;
  double(value: number): void;
}

/** Bits kept of what lies between two neighbouring doubles: enough to tell any two 34-digit decimals apart. */
const remainderBits = 112n;
const remainderBytes = 14;

/**
 * Writes a number so that bytes order like values, whatever the class: the greatest double that is not above the
 * number, then 0 if that is exact, else 1 and how far the number lies on the way to the next double.
 */
export function writeNumber(to: NumberSink, value: BsonNumber): void {
  if (value instanceof Int32) return writeExact(to, value.value);
  if (value instanceof Double) return writeExact(to, value.value);
  if (typeof value === 'number') return writeExact(to, value);
  if (value instanceof Decimal128) return writeDecimal(to, value);
  const integer = value instanceof Long ? value.toBigInt() : value;
  const near = Number(integer);
  if (Number.isSafeInteger(near)) return writeExact(to, near);
  writeFraction(to, { numerator: integer, denominator: 1n });
}

function writeExact(to: NumberSink, value: number): void {
  if (Number.isNaN(value)) to.bytes(new Uint8Array(8));
  else to.double(value === 0 ? 0 : value);
  to.byte(0);
}

function writeDecimal(to: NumberSink, value: Decimal128): void {
  const parsed = parseDecimal(value);
  if (typeof parsed === 'number') return writeExact(to, parsed);
  const { coefficient, exponent } = parsed;
  if (isBeyondDoubles(parsed)) return writeHuge(to, parsed);
  const scale = 10n ** BigInt(Math.abs(exponent));
  writeFraction(to, exponent >= 0 ? { numerator: coefficient * scale, denominator: 1n } : { numerator: coefficient, denominator: scale });
}

const greatestDouble = BigInt(Number.MAX_VALUE);
const digitsOfGreatest = 309;

function isBeyondDoubles({ coefficient, exponent }: ParsedDecimal): boolean {
  const digits = magnitude(coefficient).toString();
  if (digits.length + exponent < digitsOfGreatest) return false;
  return digits.length + exponent > digitsOfGreatest || magnitude(coefficient) * 10n ** BigInt(exponent) > greatestDouble;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

const mostDigits = 34;
const coefficientBytes = 15;

/** A decimal beyond the doubles, which lies between the last one and infinity: its power of ten, then its digits. */
function writeHuge(to: NumberSink, { coefficient, exponent }: ParsedDecimal): void {
  const isNegative = coefficient < 0n;
  const digits = magnitude(coefficient).toString();
  const rest = Buffer.alloc(2 + coefficientBytes);
  rest.writeUInt16BE(digits.length + exponent, 0);
  rest.write(
    BigInt(digits.padEnd(mostDigits, '0'))
      .toString(16)
      .padStart(coefficientBytes * 2, '0'),
    2,
    'hex',
  );
  to.double(isNegative ? -Infinity : Number.MAX_VALUE);
  to.byte(2);
  to.bytes(isNegative ? rest.map((byte) => 0xff - byte) : rest);
}

interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function writeFraction(to: NumberSink, fraction: Fraction): void {
  const floor = floorDouble(fraction);
  if (!Number.isFinite(floor)) return writeExact(to, floor);
  const lower = fractionOf(floor);
  const rest = subtract(fraction, lower);
  if (rest.numerator === 0n) return writeExact(to, floor);
  const gap = subtract(fractionOf(nextDouble(floor)), lower);
  const share = ((rest.numerator * gap.denominator) << remainderBits) / (rest.denominator * gap.numerator);
  to.double(floor === 0 ? 0 : floor);
  to.byte(1);
  to.bytes(Buffer.from(share.toString(16).padStart(remainderBytes * 2, '0'), 'hex'));
}

function floorDouble({ numerator, denominator }: Fraction): number {
  let near = denominator === 1n ? Number(numerator) : approximate({ numerator, denominator });
  if (near === Infinity) near = Number.MAX_VALUE;
  if (near === -Infinity) return -Infinity;
  while (Number.isFinite(near) && subtract({ numerator, denominator }, fractionOf(near)).numerator < 0n) near = previousDouble(near);
  for (let next = nextDouble(near); Number.isFinite(next); next = nextDouble(next)) {
    if (subtract({ numerator, denominator }, fractionOf(next)).numerator < 0n) break;
    near = next;
  }
  return near;
}

/** Within a few neighbours of the true value; 64 bits of the quotient are taken, scaled in two halves against underflow. */
function approximate({ numerator, denominator }: Fraction): number {
  const shift = 64 - bitLength(numerator) + bitLength(denominator);
  const quotient = shift >= 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift));
  const half = Math.trunc(-shift / 2);
  return Number(quotient) * 2 ** half * 2 ** (-shift - half);
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

function subtract(left: Fraction, right: Fraction): Fraction {
  return {
    numerator: left.numerator * right.denominator - right.numerator * left.denominator,
    denominator: left.denominator * right.denominator,
  };
}

const view = new DataView(new ArrayBuffer(8));

/** The exact value of a finite double. */
function fractionOf(value: number): Fraction {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const raw = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (raw === 0 ? 0n : 1n << 52n);
  const exponent = Math.max(raw, 1) - 1075;
  const signed = value < 0 ? -mantissa : mantissa;
  return exponent >= 0
    ? { numerator: signed << BigInt(exponent), denominator: 1n }
    : { numerator: signed, denominator: 1n << BigInt(-exponent) };
}

function nextDouble(value: number): number {
  return neighbour(value, 1n);
}

function previousDouble(value: number): number {
  return -neighbour(-value, 1n);
}

function neighbour(value: number, step: bigint): number {
  if (value === 0) return Number.MIN_VALUE;
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + (value > 0 ? step : -step));
  return view.getFloat64(0);
}
