import { assert } from 'chai';
import { LineCutter, shownLineBytes, textOf } from './line-blocks.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function cutInto(whole: Uint8Array, size: number): Array<{ number: number; offset: number; text: string; cut: boolean; partial: boolean }> {
  const cutter = new LineCutter(5, 100);
  const lines = [];
  for (let at = 0; at < whole.length; at += size) lines.push(...cutter.push(whole.subarray(at, at + size)));
  lines.push(...cutter.end());
  return lines.map((line) => ({ number: line.number, offset: line.offset, text: textOf(line), cut: line.cut, partial: line.partial }));
}

describe('V4 cutting a log into lines', () => {
  it('gives the same lines, however the bytes arrive', () => {
    const whole = bytes('één\r\ntwo\n\nlast');
    const expected = [
      { number: 5, offset: 100, text: 'één', cut: false, partial: false },
      { number: 6, offset: 107, text: 'two', cut: false, partial: false },
      { number: 7, offset: 111, text: '', cut: false, partial: false },
      { number: 8, offset: 112, text: 'last', cut: false, partial: true },
    ];
    for (const size of [1, 2, 3, 5, 100]) assert.deepEqual(cutInto(whole, size), expected);
  });

  it('shows only the beginning of a long line, not cut through a character', () => {
    for (const size of [777, 100_000]) {
      const [long, next] = cutInto(bytes(`${'x'.repeat(shownLineBytes - 1)}éé\nnext\n`), size);
      assert.deepEqual({ length: long?.text.length, cut: long?.cut }, { length: shownLineBytes - 1, cut: true });
      assert.equal(next?.text, 'next');
    }
  });

  it('replaces what is no UTF-8', () => {
    assert.equal(textOf({ bytes: Uint8Array.of(0x61, 0xff, 0x62), cut: false }), 'a\ufffdb');
  });
});
