import { expect } from 'chai';
import { median, percentile } from './statistics.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

describe('statistics of benchmarks', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, value: number, expected: number]> = [
    ['the median of an odd number of values is the one in the middle', median([9, 1, 5]),          5],
    ['the median of an even number is the mean of the two',            median([4, 1, 3, 2]),       2.5],
    ['p50 of 1 … 100 is 50',                                           percentile(upTo(100), 50),  50],
    ['p95 of 1 … 100 is 95',                                           percentile(upTo(100), 95),  95],
    ['p95 of few values is the largest',                               percentile(upTo(10), 95),   10],
    ['p95 of one value is that value',                                 percentile([7], 95),        7],
  ];
  for (const [title, value, expected] of cases) it(title, () => expect(value).to.equal(expected));

  it('have no value where nothing was measured', () => {
    expect(median([])).to.be.NaN;
    expect(percentile([], 95)).to.be.NaN;
  });
});
