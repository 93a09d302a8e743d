import { expect } from 'chai';
import { compared, report, resultOf, shown, type FloorValues } from './report.js';

const machine = {
  processors: 2,
  processor: 'A',
  memoryMb: 4_000,
  system: 'Linux 6',
  node: 'v20',
  revision: 'abc',
  loadAtStart: 0.1,
};

const floors: FloorValues = new Map([
  ['answers', [11_000, 9_000, 10_000]],
  ['sync', [1]],
  ['process', [2]],
  ['trip', [0.5]],
]);

describe('the report of benchmarks', () => {
  it('states a target as a ratio to the floor of the same run, whichever way is better', () => {
    expect(resultOf('wide-run', [900, 1_500, 1_200], floors)).to.deep.include({ median: 1_200, min: 900, max: 1_500, floor: 10_000 });
    expect(resultOf('no-op-p50', [70], floors)).to.deep.include({ floor: 5 * 1 + 2 + 8 * 0.5 });
    const isTwiceAsSlow = new Map(
      [...floors].map(([name, values]) => [name, values.map((value) => (name === 'answers' ? value / 2 : value * 2))] as const),
    );
    for (const [name, value, slow] of [
      ['wide-run', 1_000, 500],
      ['no-op-p50', 70, 140],
    ] as const)
      expect(resultOf(name, [value], floors).ratio).to.equal(resultOf(name, [slow], isTwiceAsSlow).ratio);
  });

  it('counts how often a floor of times fits into a second where the figure is a rate', () => {
    expect(resultOf('real-agents', [40], floors).floor).to.be.closeTo(1_000 / (6 * 2), 0.001);
  });

  it('says of each figure whether its target is met, and where it has no floor', () => {
    const aim = resultOf('wide-run', [1], floors).target;
    const of = (name: 'wide-run' | 'log-one' | 'idle-writes', value: number) =>
      report(machine, floors, [resultOf(name, [value], floors)])
        .trimEnd()
        .split('\n')
        .at(-1);
    expect(of('wide-run', aim * 2)).to.match(/ 2 +met$/);
    expect(of('wide-run', aim / 2)).to.match(/ 0\.5 +MISSED$/);
    expect(of('idle-writes', 0.5)).to.match(/ – +– × +≤ 1 +2 +met$/);
    expect(of('log-one', 60)).to.match(/ no floor$/);
  });

  it('says by what factor ours is better than a peer, whichever way is better, and is silent on what only one has', () => {
    const ours = [resultOf('real-agents', [100], floors), resultOf('no-op-p50', [50], floors), resultOf('wide-run', [1], floors)];
    const lines = compared(ours, {
      name: 'Other',
      results: [resultOf('real-agents', [25], floors), resultOf('no-op-p50', [200], floors)],
    }).split('\n');
    expect(lines.find((line) => line.includes('real agents'))).to.match(/100 +25 .* 4 ×$/);
    expect(lines.find((line) => line.includes('no-op task, p50'))).to.match(/50 +200 .* 4 ×$/);
    expect(lines.join()).not.to.include('wide run');
  });

  it('writes numbers to three figures', () => {
    expect([0, 0.61234, 12.345, 12_345, NaN].map(shown)).to.deep.equal(['0', '0.612', '12.3', '12,300', '–']);
  });
});
