import { assert } from 'chai';
import { lineOfOffset, type KnownLine, type Probe } from './line-of-offset.js';

/** A log whose lines have these lengths (with their ends), and a count of what it was asked. */
function logOf(lengths: (line: number) => number, totalLines: number) {
  const offsets: number[] = [];
  let sizeBytes = 0;
  for (let line = 0; line < totalLines; line++) {
    offsets.push(sizeBytes);
    sizeBytes += lengths(line);
  }
  const asked: Probe[] = [];
  const fetchLines = (probe: Probe): Promise<KnownLine[]> => {
    asked.push(probe);
    return Promise.resolve(offsets.slice(probe.from, probe.from + probe.count).map((offset, i) => ({ line: probe.from + i, offset })));
  };
  return { offsets, asked, fetchLines, size: { totalLines, sizeBytes } };
}

describe('the line at an offset', () => {
  // prettier-ignore
  const logs: [title: string, lengths: (line: number) => number][] = [
    ['of even lines',           () => 40],
    ['of uneven lines',         (line) => 1 + ((line * 7_919) % 200)],
    ['with a huge first half',  (line) => (line < 50_000 ? 10_000 : 2)],
    ['with one giant line',     (line) => (line === 30_000 ? 50_000_000 : 30)],
  ];
  for (const [title, lengths] of logs) {
    it(`is found in few questions in a log ${title}`, async () => {
      const log = logOf(lengths, 100_000);
      for (const line of [1, 2, 99, 100, 29_999, 30_000, 30_001, 50_000, 77_777, 99_999]) {
        log.asked.length = 0;
        assert.equal(await lineOfOffset(log.offsets[line] ?? 0, log.size, log.fetchLines), line);
        assert.isAtMost(log.asked.length, 30, `line ${line}`);
      }
    });
  }

  it('is the next line for a byte inside one', async () => {
    const log = logOf(() => 40, 1_000);
    assert.equal(await lineOfOffset(40 * 500 + 1, log.size, log.fetchLines), 501);
  });
  it('is the end for a byte beyond, and the start for the first', async () => {
    const log = logOf(() => 40, 1_000);
    assert.deepEqual([await lineOfOffset(40_000, log.size, log.fetchLines), await lineOfOffset(0, log.size, log.fetchLines)], [1_000, 0]);
    assert.isEmpty(log.asked);
  });
  it('is given up at an answer without lines', async () =>
    assert.equal(await lineOfOffset(5, { totalLines: 10, sizeBytes: 100 }, () => Promise.resolve([])), 10));
});
