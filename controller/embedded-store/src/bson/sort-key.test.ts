import { Decimal128, Double, Int32, Long } from 'bson';
import { expect } from 'chai';

import { compareValues, sortKey } from './sort-key.js';

const decimal = (text: string) => Decimal128.fromString(text);

/** In BSON's order; values of one row are equal. */
const rows: readonly (readonly unknown[])[] = [
  [new Double(NaN), decimal('NaN')],
  [new Double(-Infinity), decimal('-Infinity')],
  [decimal('-1E+6000')],
  [decimal('-2E+400')],
  [decimal('-1.000000000000000000000000000000001E+400')],
  [decimal('-1E+400'), decimal('-10E+399')],
  [new Double(-Number.MAX_VALUE)],
  [new Int32(-1), new Double(-1), decimal('-1.0')],
  [new Double(0), new Double(-0), new Int32(0), Long.ZERO, decimal('0E+10')],
  [decimal('1E-6000')],
  [new Double(Number.MIN_VALUE)],
  [decimal('0.1')],
  [new Double(0.1)],
  [Long.fromString('9007199254740992'), new Double(2 ** 53)],
  [Long.fromString('9007199254740993'), decimal('9007199254740993')],
  [new Double(Number.MAX_VALUE)],
  [decimal('1.797693134862315807937289714053034E+308')],
  [decimal('1E+400'), decimal('10E+399')],
  [decimal('1.000000000000000000000000000000001E+400')],
  [decimal('2E+400')],
  [decimal('1E+6000')],
  [new Double(Infinity), decimal('Infinity')],
];

describe('the order of numbers', () => {
  it('is that of their values, whatever their class, and one key never begins another', () => {
    for (const [place, row] of rows.entries()) {
      for (const value of row) {
        for (const equal of row) expect(sortKey(value).equals(sortKey(equal)), `${String(value)} = ${String(equal)}`).to.equal(true);
        for (const greater of rows.slice(place + 1).flat()) {
          expect(compareValues(value, greater), `${String(value)} < ${String(greater)}`).to.be.lessThan(0);
          const [shorter, longer] = [sortKey(value), sortKey(greater)].sort((a, b) => a.length - b.length);
          expect(shorter && longer?.subarray(0, shorter.length).equals(shorter)).to.equal(false);
        }
      }
    }
  });
});
