import type { LogHits, LogView } from '@drover/protocol/api';
import { assert } from 'chai';
import { badgeOf } from './badge.js';
import { ErrorLines, isErrorLine, neighbour } from './errors.js';
import { formatLink, parseLink, pickLine } from './link.js';
import { matches, startSearch, step, withHits } from './search.js';

const hits = (lines: number[], next?: number): LogHits => ({
  hits: lines.map((line) => ({ line, column: 0, length: 1, text: '' })),
  ...(next === undefined ? {} : { next }),
});

describe('V4 search', () => {
  it('shows the first hit at or after the place of the reader', () => {
    const search = withHits(startSearch('x'), hits([3, 50, 90]), 40);
    assert.deepEqual([search.current, search.next], [1, undefined]);
  });
  it('waits for more when all hits lie before', () => {
    const first = withHits(startSearch('x'), hits([3], 10), 40);
    assert.deepEqual([first.current, first.next], [-1, 10]);
    assert.equal(withHits(first, hits([77]), 40).current, 1);
  });
  it('goes round to the first when none lies ahead', () => assert.equal(withHits(startSearch('x'), hits([3, 9]), 40).current, 0));
  it('counts a line once', () => assert.deepEqual(withHits(startSearch('x'), hits([3, 3, 4]), 0).lines, [3, 4]));
  it('walks round in both directions', () => {
    const search = withHits(startSearch('x'), hits([1, 2, 3]), 0);
    assert.deepEqual([step(search, -1).current, step(step(search, 1), 1).current, step(step(step(search, 1), 1), 1).current], [2, 2, 0]);
    assert.equal(step(startSearch('x'), 1).current, -1);
  });
  it('marks every match whatever its case', () =>
    assert.deepEqual(matches('Error: error', 'ERROR'), [
      [0, 5],
      [7, 12],
    ]));
  it('marks nothing for nothing', () => assert.isEmpty(matches('abc', '')));
});

describe('V4 error lines', () => {
  const errors = [
    'error: no such file',
    'ERROR failed to build',
    'src/a.ts:3:5: error TS2322: no',
    '  ✗ checkout/rounding',
    'TypeError: x is not a function',
    'npm ERR! code 1',
    'make: *** [all] Error 2',
    'Traceback (most recent call last):',
    'panic: runtime error',
    '[ERROR] COMPILATION ERROR',
    'not ok 4 - adds',
    'java.lang.IllegalStateException: no',
    'error[E0308]: mismatched types',
    'bash: foo: command not found',
    '--- FAIL: TestX (0.0s)',
  ];
  const fine = [
    '0 errors, 0 warnings',
    'errors: 0',
    'compiled without errors',
    'Testing error handling',
    'no failures',
    'ok 3 - error is reported',
    'downloading liberror-perl',
    'ERROR: 0 failures found',
  ];
  for (const line of errors) it(`sees ${line}`, () => assert.isTrue(isErrorLine(line)));
  for (const line of fine) it(`passes over ${line}`, () => assert.isFalse(isErrorLine(line)));

  it('keeps them in order, none twice', () => {
    const lines = new ErrorLines();
    assert.deepEqual(
      [5, 2, 5, 9].map((line) => lines.add(line)),
      [true, true, false, true],
    );
    assert.deepEqual([lines.all, lines.first], [[2, 5, 9], 2]);
  });
  it('takes no more of them than anybody steps through', () => {
    const lines = new ErrorLines();
    for (let line = 0; line < 30_000; line++) lines.add(line);
    assert.isTrue(lines.isFull);
    assert.isBelow(lines.all.length, 30_000);
    assert.isFalse(lines.add(40_000));
  });
  it('goes to the next and round', () => {
    assert.deepEqual(
      [
        neighbour([2, 5, 9], 5, 1),
        neighbour([2, 5, 9], 9, 1),
        neighbour([2, 5, 9], 2, -1),
        neighbour([2, 5, 9], 9, -1),
        neighbour([], 3, 1),
      ],
      [9, 2, 9, 5, undefined],
    );
  });
});

describe('V4 a link to a line', () => {
  // prettier-ignore
  const cases: [hash: string, range: { from: number; to: number } | undefined][] = [
    ['#L421',      { from: 421, to: 421 }],
    ['#L5-L9',     { from: 5, to: 9 }],
    ['#L9-5',      { from: 5, to: 9 }],
    ['#L0',        undefined],
    ['#Lx',        undefined],
    ['',           undefined],
  ];
  for (const [hash, range] of cases) it(`reads ${hash || 'nothing'}`, () => assert.deepEqual(parseLink(hash), range));
  it('writes what it reads', () =>
    assert.deepEqual(
      [
        { from: 3, to: 3 },
        { from: 3, to: 8 },
      ].map(formatLink),
      ['#L3', '#L3-L8'],
    ));
  it('extends with shift, in both directions', () => {
    assert.deepEqual(
      [
        pickLine({ from: 5, to: 5 }, 9, true),
        pickLine({ from: 5, to: 9 }, 2, true),
        pickLine({ from: 5, to: 9 }, 7, false),
        pickLine(undefined, 7, true),
      ],
      [
        { from: 5, to: 9 },
        { from: 2, to: 9 },
        { from: 7, to: 7 },
        { from: 7, to: 7 },
      ],
    );
  });
});

describe('B1 the badge of completeness', () => {
  const log = (more: Partial<LogView>): LogView => ({ sizeBytes: 1_000, lines: 10, state: 'live', ...more });
  it('counts what has come over the socket', () => assert.deepEqual(badgeOf(log({}), 1_500, undefined, 0), { kind: 'live', bytes: 1_500 }));
  it('says how long the agent is away', () =>
    assert.deepEqual(badgeOf(log({ state: 'away' }), 0, 60_000, 200_000), { kind: 'away', bytes: 1_000, minutes: 2 }));
  it('shows both digests of a complete log', () =>
    assert.deepEqual(badgeOf(log({ state: 'complete', sha256: 'a', reportedSha256: 'a' }), 0, undefined, 0), {
      kind: 'complete',
      bytes: 1_000,
      reported: 'a',
      stored: 'a',
    }));
  it('says that it is damaged', () =>
    assert.deepEqual(badgeOf(log({ state: 'damaged', sizeBytes: 1_000 }), 0, undefined, 0), { kind: 'damaged', bytes: 1_000 }));
  it('names the missing range', () =>
    assert.deepEqual(badgeOf(log({ state: 'missing', reportedSizeBytes: 1_500 }), 0, undefined, 0), {
      kind: 'missing',
      from: 1_000,
      to: 1_499,
    }));
});
