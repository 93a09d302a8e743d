import { assert } from 'chai';
import { Recent } from './recent.js';

/** Bytes of a log that tell where they stand. */
const bytesOf = (from: number, to: number): Buffer => Buffer.from(Array.from({ length: to - from }, (_, index) => (from + index) % 251));

function filled(to: number, pieceBytes: number): Recent {
  const recent = new Recent();
  for (let at = 0; at < to; at += pieceBytes) recent.add(at, bytesOf(at, Math.min(at + pieceBytes, to)));
  return recent;
}

describe('the newest bytes of a log', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, pieceBytes: number, from: number, to: number, end: number]> = [
    ['are given as they were written',                       1_000,  2_000,  3_000,  3_000],
    ['are joined over pieces where they are short',            100,    250,  1_250,  1_250],
    ['may end early where that saves a large copy',         50_000,  1_000, 60_000, 50_000],
    ['reach into the last piece',                            1_000, 99_500, 100_000, 100_000],
    ['begin anywhere',                                      10_000,     17,     18,     18],
  ];
  for (const [title, pieceBytes, from, to, end] of cases) {
    it(title, () => {
      assert.deepEqual(filled(100_000, pieceBytes).piece(from, to), bytesOf(from, end));
    });
  }

  it('are forgotten once they are stored, whole pieces only', () => {
    const recent = filled(10_000, 1_000);
    recent.forget(3_500);
    assert.isUndefined(recent.piece(2_999, 4_000));
    assert.deepEqual(recent.piece(3_000, 4_000), bytesOf(3_000, 4_000));
    recent.forget(10_000);
    assert.isUndefined(recent.piece(9_999, 10_000));
    recent.add(10_000, bytesOf(10_000, 10_010));
    assert.deepEqual(recent.piece(10_000, 10_010), bytesOf(10_000, 10_010));
  });

  it('never take more than a megabyte, however short the pieces', () => {
    const recent = new Recent();
    const line = Buffer.alloc(10);
    for (let at = 0; at < 1_000_000; at += line.length) recent.add(at, line);
    assert.isUndefined(recent.piece(900_000, 900_010));
    assert.isDefined(recent.piece(990_000, 990_010));
    for (let at = 1_000_000; at < 5_000_000; at += 65_536) recent.add(at, Buffer.alloc(65_536));
    assert.isUndefined(recent.piece(3_900_000, 3_900_001));
    assert.isDefined(recent.piece(4_200_000, 4_200_001));
  });
});
