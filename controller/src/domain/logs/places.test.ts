import { assert } from 'chai';
import { emptyLog, linesOf, momentOf, placeEveryBytes, scan, type LogCursor } from './places.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('V4 places of a log', () => {
  it('come out the same in number of lines, however the bytes are cut', () => {
    const whole = bytes('one\ntwo\n\nthree\nfour'.repeat(50));
    for (const size of [1, 2, 3, 7, 100, 1_000]) {
      let cursor: LogCursor = emptyLog;
      for (let at = 0; at < whole.length; at += size) cursor = scan(cursor, whole.subarray(at, at + size)).cursor;
      assert.deepEqual(
        { offset: cursor.offset, line: cursor.line, lines: linesOf(cursor) },
        { offset: whole.length, line: 200, lines: 201 },
      );
    }
  });

  it('are noted in a line that never ends', () => {
    const { places } = scan(emptyLog, new Uint8Array(4 * placeEveryBytes));
    assert.deepEqual(
      places.map(({ offset }) => offset),
      [1, 2, 3, 4].map((count) => count * placeEveryBytes),
    );
  });

  it('are noted where moments are marked, and carry the moment on', () => {
    const { places } = scan(emptyLog, bytes('a\nb\nc\n'), [
      [0, 1_000],
      [3, 2_000],
    ]);
    assert.deepEqual(places, [
      { offset: 0, line: 0, at: 1_000 },
      { offset: 3, line: 1, at: 2_000 },
    ]);
    assert.equal(momentOf(places, 2), 1_000);
    assert.equal(momentOf(places, 5), 2_000);
  });

  it('ignore marks outside of the bytes, a clock that went back, and marks that follow at once', () => {
    const { places } = scan({ ...emptyLog, offset: 10 }, bytes('abcdef'), [
      [3, 1_000],
      [11, 2_000],
      [12, 1_500],
      [13, 2_005],
      [99, 9_000],
    ]);
    assert.deepEqual(places, [{ offset: 11, line: 0, at: 2_000 }]);
  });
});
