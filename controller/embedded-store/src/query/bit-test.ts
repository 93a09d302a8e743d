import { Binary } from 'bson';

import { toBigInt } from '../bson/arithmetic.js';
import { isNumber, toNumber } from '../bson/values.js';
import { CommandError } from '../command-error.js';

/** The test of `$bitsAllSet`, `$bitsAllClear`, `$bitsAnySet` or `$bitsAnyClear` with its mask. */
export function bitTest(operator: string, operand: unknown): (value: unknown) => boolean {
  const mask = maskOf(operator, operand);
  return (value) => {
    const bits = bitsOf(value);
    if (bits === undefined) return false;
    const set = bits & mask;
    switch (operator) {
      case '$bitsAllSet':
        return set === mask;
      case '$bitsAllClear':
        return set === 0n;
      case '$bitsAnySet':
        return set !== 0n;
      default:
        return set !== mask;
    }
  };
}

function maskOf(operator: string, operand: unknown): bigint {
  if (Array.isArray(operand)) {
    return operand.reduce((mask: bigint, position: unknown) => {
      const bit = isNumber(position) ? toNumber(position) : -1;
      if (!Number.isInteger(bit) || bit < 0 || bit > 1_000_000) {
        throw new CommandError('BadValue', `${operator} takes bit positions that are whole and not negative`);
      }
      return mask | (1n << BigInt(bit));
    }, 0n);
  }
  const mask = bitsOf(operand);
  if (mask === undefined || (isNumber(operand) && mask < 0n)) {
    throw new CommandError('BadValue', `${operator} takes an Array, a number, or a BinData`);
  }
  return mask;
}

function bitsOf(value: unknown): bigint | undefined {
  if (value instanceof Binary) {
    const bytes = Buffer.from(value.buffer.subarray(0, value.position)).reverse();
    return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
  }
  if (!isNumber(value) || !Number.isInteger(toNumber(value))) return undefined;
  return toBigInt(value);
}
