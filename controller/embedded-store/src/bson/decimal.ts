import { Decimal128 } from 'bson';

/** A finite decimal: coefficient × 10^exponent. */
export interface ParsedDecimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Takes a Decimal128 apart; NaN and the infinities come as plain numbers. */
export function parseDecimal(value: Decimal128): ParsedDecimal | number {
  const match = /^(-?)(\d*)(?:\.(\d*))?(?:E([+-]?\d+))?$/i.exec(value.toString());
  if (!match) return Number(value.toString());
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = BigInt(`${whole}${fraction}` || '0');
  return { coefficient: sign ? -digits : digits, exponent: Number(power) - fraction.length };
}

/** A Decimal128 from its parts, rounded to the 34 digits that one can hold. */
export function toDecimal({ coefficient, exponent }: ParsedDecimal): Decimal128 {
  return Decimal128.fromStringWithRounding(`${coefficient}E${exponent}`);
}
