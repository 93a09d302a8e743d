import { assert } from 'chai';
import { Marks } from './marks.js';

describe('times of lines', () => {
  it('gives a line the newest mark at or before its first byte', () => {
    const marks = new Marks();
    marks.add([
      [0, 1_000],
      [50, 2_000],
    ]);
    marks.add([[80, 3_000]]);
    assert.deepEqual(
      [0, 49, 50, 79, 80, 999].map((offset) => marks.at(offset)),
      [1_000, 1_000, 2_000, 2_000, 3_000, 3_000],
    );
  });
  it('knows no time before the first mark', () => {
    const marks = new Marks();
    marks.add([[10, 1_000]]);
    assert.isUndefined(marks.at(9));
  });
  it('is not confused by a frame that comes twice', () => {
    const marks = new Marks();
    marks.add([
      [0, 1_000],
      [50, 2_000],
    ]);
    marks.add([
      [0, 1_000],
      [50, 2_000],
      [60, 2_500],
    ]);
    assert.deepEqual([marks.at(10), marks.at(55), marks.at(60)], [1_000, 2_000, 2_500]);
  });
  it('forgets what lies behind and answers the same', () => {
    const marks = new Marks();
    for (let i = 0; i < 2_000; i++) marks.add([[i * 10, i]]);
    marks.forgetBefore(15_000);
    assert.deepEqual([marks.at(15_000), marks.at(19_995)], [1_500, 1_999]);
  });
});
