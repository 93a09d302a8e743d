import { assert } from 'chai';
import {
  endPlace,
  isAtEnd,
  isStep,
  maxScrollHeight,
  moveBy,
  notPastEnd,
  scrollHeightFor,
  scrollTopFor,
  topForScroll,
  type RowMetrics,
} from './place.js';

const even = (count: number, height = 20): RowMetrics => ({ count, heightOf: () => height });

describe('the place of the reader', () => {
  // prettier-ignore
  const cases: [title: string, dy: number, to: { row: number; px: number }][] = [
    ['moves within a row',          5,      { row: 10, px: 9 }],
    ['moves over rows',             37,     { row: 12, px: 1 }],
    ['moves up',                    -30,    { row: 8, px: 14 }],
    ['stops at the start',          -9_000, { row: 0, px: 0 }],
    ['stops with the last row at the bottom', 9_000, { row: 95, px: 0 }],
  ];
  for (const [title, dy, to] of cases) it(title, () => assert.deepEqual(moveBy({ row: 10, px: 4 }, dy, even(100), 100), to));

  it('walks over wrapped rows by their real height', () => {
    const rows: RowMetrics = { count: 50, heightOf: (row) => (row === 3 ? 120 : 20) };
    assert.deepEqual(moveBy({ row: 2, px: 10 }, 50, rows, 100), { row: 3, px: 40 });
    assert.deepEqual(moveBy({ row: 4, px: 0 }, -20, rows, 100), { row: 3, px: 100 });
  });

  it('comes back to where it was', () => {
    const rows: RowMetrics = { count: 500, heightOf: (row) => 20 + (row % 7) * 20 };
    let place = { row: 200, px: 13 };
    for (const dy of [17, 333, -90, 1_000, -1_260]) place = moveBy(place, dy, rows, 400);
    assert.deepEqual(place, { row: 200, px: 13 });
  });

  it('stays at the start when all fits', () => {
    assert.deepEqual(endPlace(even(3), 100), { row: 0, px: 0 });
    assert.deepEqual(moveBy({ row: 0, px: 0 }, 50, even(3), 100), { row: 0, px: 0 });
  });

  it('knows the end', () => {
    assert.isTrue(isAtEnd({ row: 95, px: 0 }, even(100), 100));
    assert.isFalse(isAtEnd({ row: 94, px: 0 }, even(100), 100));
    assert.deepEqual(notPastEnd({ row: 99, px: 5 }, even(100), 100), { row: 95, px: 0 });
    assert.deepEqual(notPastEnd({ row: 4, px: 5 }, even(0), 100), { row: 0, px: 0 });
  });
});

describe('the scroll bar of a million lines', () => {
  const height = 20_000_000;
  it('stays below what browsers can bear', () => assert.equal(scrollHeightFor(height, 600), maxScrollHeight));
  it('stands at both ends', () => {
    assert.equal(scrollTopFor(0, height, 600), 0);
    assert.equal(scrollTopFor(height - 600, height, 600), maxScrollHeight - 600);
  });
  it('leads back to the same height', () => {
    for (const top of [0, 12_345, 9_999_999, height - 600])
      assert.closeTo(topForScroll(scrollTopFor(top, height, 600), height, 600), top, 0.01);
  });
  it('is exact for a log that fits', () => assert.equal(topForScroll(1_234, 50_000, 600), 1_234));
  it('tells a wheel from a drag', () => assert.deepEqual([isStep(120, 600), isStep(-900, 600), isStep(5_000, 600)], [true, true, false]));
});
