import { assert } from 'chai';
import { askedRange, type AskedRange } from './byte-range.js';

const part = (from: number, to: number): AskedRange => ({ type: 'part', from, to });
const whole: AskedRange = { type: 'whole' };
const none: AskedRange = { type: 'none' };

// prettier-ignore
const cases: Array<[header: string | undefined, expected: AskedRange]> = [
  [undefined,             whole],
  ['bytes=0-9',           part(0, 10)],
  ['bytes=10-',           part(10, 100)],
  ['bytes=90-500',        part(90, 100)],
  ['bytes=-5',            part(95, 100)],
  ['bytes=-500',          part(0, 100)],
  ['bytes=100-',          none],
  ['bytes=-0',            none],
  ['bytes=9-3',           whole],
  ['bytes=0-1,5-6',       whole],
  ['lines=0-1',           whole],
  ['bytes=-',             whole],
  ['bytes=999999999999999999-', whole],
];

describe('B3 the range that a download asks for', () => {
  for (const [header, expected] of cases) {
    it(`${header ?? 'no header'} of 100 bytes is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(askedRange(header, 100), expected);
    });
  }
});
