import type { LogLine } from '@drover/protocol/api';
import { assert } from 'chai';
import { LinePages, pageLines } from './pages.js';

const lines = (from: number, count: number, text = (n: number): string => `line ${n}`): LogLine[] =>
  Array.from({ length: count }, (_, i) => ({ number: from + i, offset: (from + i) * 10, text: text(from + i) }));

describe('the window of lines', () => {
  it('asks for the pages it lacks, nearest to the middle first', () => {
    const pages = new LinePages();
    pages.put(lines(pageLines, pageLines));
    assert.deepEqual(pages.missing(0, 3 * pageLines - 1, 1_000_000), [0, 2]);
    assert.deepEqual(new LinePages().missing(pageLines - 10, 2 * pageLines + 50, 1_000_000), [1, 2, 0]);
  });

  it('asks for nothing beyond the end', () => {
    const pages = new LinePages();
    pages.put(lines(0, 5));
    assert.deepEqual(pages.missing(0, 900, 5), []);
    assert.deepEqual(pages.missing(0, 900, 6), [0]);
  });

  it('takes a growing last line again', () => {
    const pages = new LinePages();
    pages.put([{ number: 0, offset: 0, text: 'wo', partial: true }]);
    pages.put([{ number: 0, offset: 0, text: 'world' }]);
    assert.equal(pages.get(0)?.text, 'world');
    assert.equal(pages.parsed(0)?.spans[0]?.text, 'world');
  });

  it('forgets what is far from the reader and from the end', () => {
    const pages = new LinePages();
    for (let page = 0; page < 100; page++) pages.put(lines(page * pageLines, pageLines));
    pages.trim(50 * pageLines, 100 * pageLines);
    assert.isUndefined(pages.get(0));
    assert.isDefined(pages.get(50 * pageLines));
    assert.isDefined(pages.get(100 * pageLines - 1));
  });

  it('carries colours from line to line, not from step to step', () => {
    const pages = new LinePages();
    pages.put([
      { number: 0, offset: 0, text: '\u001b[31mred', step: 0 },
      { number: 1, offset: 9, text: 'still red', step: 0 },
      { number: 2, offset: 20, text: 'plain', step: 1 },
    ]);
    assert.deepEqual(
      [2, 1, 0].map((line) => pages.parsed(line)?.spans[0]?.style.foreground),
      [undefined, 1, 1],
    );
  });
});
