import { expect } from 'chai';
import { compared, report, resultOf, shown } from './report.js';

const machine = {
  processors: 2,
  processor: 'A',
  memoryMb: 4_000,
  system: 'Linux 6',
  node: 'v20',
  revision: 'abc',
  loadAtStart: 0.1,
  syncMs: 0.5,
};

describe('the report of benchmarks', () => {
  it('compares the median with the target, whichever way is better', () => {
    expect(resultOf('wide-run', [900, 1_500, 1_200])).to.deep.include({ median: 1_200, min: 900, max: 1_500, ratio: 1.2 });
    expect(resultOf('no-op-p50', [70]).ratio).to.equal(0.5);
  });

  it('says of each figure whether its target is met', () => {
    const lines = report(machine, [resultOf('wide-run', [1_200]), resultOf('no-op-p50', [70])]).split('\n');
    expect(lines.find((line) => line.includes('wide run'))).to.match(/1,200 .* ≥ 1,000 .* 1\.2 +met$/);
    expect(lines.find((line) => line.includes('no-op task, p50'))).to.match(/70 .* ≤ 35 .* 0\.5 +MISSED$/);
  });

  it('says by what factor ours is better than a peer, whichever way is better, and is silent on what only one has', () => {
    const ours = [resultOf('real-agents', [100]), resultOf('no-op-p50', [50]), resultOf('wide-run', [1])];
    const lines = compared(ours, { name: 'Other', results: [resultOf('real-agents', [25]), resultOf('no-op-p50', [200])] }).split('\n');
    expect(lines.find((line) => line.includes('real agents'))).to.match(/100 +25 .* 4 ×$/);
    expect(lines.find((line) => line.includes('no-op task, p50'))).to.match(/50 +200 .* 4 ×$/);
    expect(lines.join()).not.to.include('wide run');
  });

  it('writes numbers to three figures', () => {
    expect([0, 0.61234, 12.345, 12_345, NaN].map(shown)).to.deep.equal(['0', '0.612', '12.3', '12,300', '–']);
  });
});
