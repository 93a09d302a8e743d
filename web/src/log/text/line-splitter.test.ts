import { assert } from 'chai';
import { LineSplitter, maxLineBytes } from './line-splitter.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('lines from live bytes', () => {
  it('says the same however the bytes are cut', () => {
    const whole = bytes('eins\n\nzwölf 构建 🚀\r\nlast');
    const expected = [
      [7, 100, 'eins'],
      [8, 105, ''],
      [9, 106, 'zwölf 构建 🚀\r'],
    ];
    for (let size = 1; size <= whole.length; size++) {
      const splitter = new LineSplitter(7, 100);
      const lines = [];
      for (let at = 0; at < whole.length; at += size) lines.push(...splitter.feed(whole.subarray(at, at + size)));
      assert.deepEqual(
        lines.map(({ number, offset, text }) => [number, offset, text]),
        expected,
        `chunks of ${size}`,
      );
      assert.include(splitter.rest(), { number: 10, text: 'last', partial: true });
      assert.equal(splitter.end, 100 + whole.length);
    }
  });

  it('holds back a character whose bytes are not all there', () => {
    const splitter = new LineSplitter(0, 0);
    splitter.feed(bytes('a构').subarray(0, 3));
    assert.equal(splitter.rest()?.text, 'a');
    splitter.feed(bytes('a构').subarray(3));
    assert.equal(splitter.rest()?.text, 'a构');
  });

  it('has no rest after a line end', () => {
    const splitter = new LineSplitter(0, 0);
    splitter.feed(bytes('a\n'));
    assert.isUndefined(splitter.rest());
    assert.equal(splitter.nextLine, 1);
  });

  it('replaces what is no UTF-8', () =>
    assert.equal(new LineSplitter(0, 0).feed(new Uint8Array([0x61, 0xff, 0x62, 0x0a]))[0]?.text, 'a\ufffdb'));

  it('cuts a line without end in memory, not in its count', () => {
    const splitter = new LineSplitter(0, 0);
    for (let i = 0; i < 10; i++) splitter.feed(bytes('x'.repeat(10_000)));
    const [line] = splitter.feed(bytes('\nnext\n'));
    assert.deepEqual([line?.text.length, line?.cut], [maxLineBytes, true]);
    assert.equal(splitter.end, 100_006);
  });
});
