import type { StepRecord } from '@drover/protocol/agent';
import { assert } from 'chai';
import { opensByItself, Rows, type Row, type StepSpan } from './folds.js';

const heights = { step: 28, line: 20, note: 28 };
const record = (index: number, more: Partial<StepRecord> = {}): StepRecord => ({
  index,
  name: `step ${index}`,
  state: 'finished',
  outcome: 'succeeded',
  ...more,
});
const span = (index: number, firstLine: number, endLine: number, more: Partial<StepRecord> = {}): StepSpan => ({
  step: record(index, more),
  firstLine,
  endLine,
});
const rowsOf = (spans: StepSpan[], totalLines: number, open: number[], note = false): Rows =>
  new Rows({ spans, totalLines, isOpen: (step) => open.includes(step.index), note, heights });
const shown = (rows: Rows): string[] => Array.from({ length: rows.count }, (_, row) => name(rows.at(row)));
const name = (row: Row | undefined): string =>
  row?.kind === 'line' ? String(row.number) : row?.kind === 'step' ? `step ${row.index}` : (row?.kind ?? 'none');

describe('V4 folding by step', () => {
  const spans = [span(0, 1, 3), span(1, 3, 5), span(2, 5, 5)];

  // prettier-ignore
  const cases: [title: string, open: number[], rows: string[]][] = [
    ['hides the lines of folded steps',         [],     ['0', 'step 0', 'step 1', 'step 2', '5']],
    ['shows the lines of an open one',          [1],    ['0', 'step 0', 'step 1', '3', '4', 'step 2', '5']],
    ['shows lines that belong to no step',      [0, 1], ['0', 'step 0', '1', '2', 'step 1', '3', '4', 'step 2', '5']],
  ];
  for (const [title, open, rows] of cases) it(title, () => assert.deepEqual(shown(rowsOf(spans, 6, open)), rows));

  it('shows all lines where there are no steps', () => assert.deepEqual(shown(rowsOf([], 3, [])), ['0', '1', '2']));
  it('ends with a note where something is missing', () => assert.deepEqual(shown(rowsOf([], 1, [], true)), ['0', 'note']));
  it('is empty without lines and steps', () => assert.deepEqual([rowsOf([], 0, []).count, rowsOf([], 0, []).height], [0, 0]));
  it('shows a step that has begun beyond the known end', () =>
    assert.deepEqual(shown(rowsOf([span(0, 9, 9)], 2, [0])), ['0', '1', 'step 0']));

  it('finds the row of a line, or the head that hides it', () => {
    const rows = rowsOf(spans, 6, [1]);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((line) => name(rows.at(rows.rowOfLine(line)))),
      ['0', 'step 0', 'step 0', '3', '4', '5'],
    );
  });

  it('measures tops that lead back to their rows, among a million lines too', () => {
    const rows = rowsOf([span(0, 0, 10), span(1, 10, 900_000), span(2, 900_000, 1_000_000)], 1_000_000, [1, 2]);
    assert.equal(rows.height, 3 * 28 + 999_990 * 20);
    for (const row of [0, 1, 2, 3, 500_000, 899_991, 899_992, 899_993, rows.count - 1]) {
      assert.deepEqual(rows.rowAtTop(rows.topOf(row) + 3), { row, px: 3 }, `row ${row}`);
    }
  });

  it('knows the step around a line', () => {
    const rows = rowsOf(spans, 6, [1]);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6].map((row) => rows.stepAt(row)),
      [undefined, undefined, undefined, 1, 1, undefined, undefined],
    );
  });

  // prettier-ignore
  const opened: readonly (readonly [title: string, steps: StepRecord[], open: number[]])[] = [
    ['what runs',                       [record(0), record(1, { state: 'running' })],                                                                  [1]],
    ['what went wrong',                 [record(0), record(1, { outcome: 'failed' }), record(2, { outcome: 'timedOut' }), record(3)],   [1, 2]],
    ['the last step of a good log',     [record(0), record(1), record(2, { state: 'skipped', outcome: 'skipped' })],                    [1]],
    ['the only step',                   [record(0)],                                                                                    [0]],
    ['nothing before anything has run', [record(0, { state: 'skipped', outcome: 'skipped' })],                                                              []],
  ];
  for (const [title, steps, open] of opened)
    it(`opens ${title} by itself`, () =>
      assert.deepEqual(
        steps.filter((step) => opensByItself(step, steps)).map(({ index }) => index),
        open,
      ));

  it('knows the open steps on a screen', () => {
    const rows = rowsOf(spans, 6, [0, 1]);
    assert.deepEqual([rows.stepsWithin(0, 1), rows.stepsWithin(2, 5), rows.stepsWithin(5, 9)], [[], [0, 1], [1]]);
  });
});
