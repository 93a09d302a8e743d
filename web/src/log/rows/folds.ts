import type { StepRecord } from '@drover/protocol/agent';

/** Where a step's lines lie: `endLine` is the first one after it. */
export interface StepSpan {
  readonly step: StepRecord;
  readonly firstLine: number;
  readonly endLine: number;
}

export type Row =
  | { readonly kind: 'step'; readonly index: number }
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'note' };

type Segment = { readonly row: number; readonly top: number } & (
  | { readonly kind: 'step'; readonly index: number }
  | { readonly kind: 'lines'; readonly from: number; readonly count: number; readonly step: number | undefined }
  | { readonly kind: 'note' }
);

export interface RowHeights {
  readonly step: number;
  readonly line: number;
  readonly note: number;
}

export interface FoldInput {
  readonly spans: readonly StepSpan[];
  readonly totalLines: number;
  readonly isOpen: (step: StepRecord) => boolean;
  /** A last row that says what of the log is not there. */
  readonly note: boolean;
  readonly heights: RowHeights;
}

/** Failing and running steps are open; where there is none, the last that has run is. Other finished steps are folded. */
export function opensByItself(step: StepRecord, steps: readonly StepRecord[]): boolean {
  if (isNotable(step)) return true;
  return !steps.some(isNotable) && steps.findLast(hasRun) === step;
}

const isNotable = (step: StepRecord): boolean =>
  step.state === 'running' || (step.state === 'finished' && step.outcome !== 'succeeded' && step.outcome !== 'skipped');
const hasRun = (step: StepRecord): boolean => step.state === 'finished' && step.outcome !== 'skipped';

/** The rows of a log: heads of steps, and the lines that no folded step hides. Any row is found in the logarithm of the number of steps. */
export class Rows {
  private readonly segments: Segment[] = [];
  readonly count: number;
  /** Height of all rows, where no line is wrapped. */
  readonly height: number;

  constructor(private readonly input: FoldInput) {
    let at = { row: 0, top: 0 };
    let line = 0;
    const lines = (to: number, step: number | undefined): void => {
      if (to <= line) return;
      this.segments.push({ kind: 'lines', from: line, count: to - line, step, ...at });
      at = { row: at.row + to - line, top: at.top + (to - line) * input.heights.line };
      line = to;
    };
    for (const { step, firstLine, endLine } of input.spans) {
      lines(Math.min(firstLine, input.totalLines), undefined);
      this.segments.push({ kind: 'step', index: step.index, ...at });
      at = { row: at.row + 1, top: at.top + input.heights.step };
      if (input.isOpen(step)) lines(Math.min(endLine, input.totalLines), step.index);
      else line = Math.max(line, Math.min(endLine, input.totalLines));
    }
    lines(input.totalLines, undefined);
    if (input.note) {
      this.segments.push({ kind: 'note', ...at });
      at = { row: at.row + 1, top: at.top + input.heights.note };
    }
    this.count = at.row;
    this.height = at.top;
  }

  at(row: number): Row | undefined {
    if (row < 0 || row >= this.count) return undefined;
    const segment = this.segmentBy((each) => each.row <= row);
    if (!segment) return undefined;
    return segment.kind === 'lines'
      ? { kind: 'line', number: segment.from + row - segment.row }
      : segment.kind === 'step'
        ? { kind: 'step', index: segment.index }
        : { kind: 'note' };
  }

  heightOf(row: number): number {
    const kind = this.at(row)?.kind ?? 'line';
    return this.input.heights[kind];
  }

  topOf(row: number): number {
    const segment = this.segmentBy((each) => each.row <= row);
    if (!segment) return 0;
    return segment.top + (segment.kind === 'lines' ? (row - segment.row) * this.input.heights.line : 0);
  }

  /** The row at this height, and how many pixels of it lie above. */
  rowAtTop(top: number): { row: number; px: number } {
    const segment = this.segmentBy((each) => each.top <= top);
    if (!segment) return { row: 0, px: 0 };
    if (segment.kind !== 'lines')
      return { row: segment.row, px: Math.max(0, Math.min(top - segment.top, this.input.heights[segment.kind] - 1)) };
    const inside = Math.max(0, Math.min(Math.floor((top - segment.top) / this.input.heights.line), segment.count - 1));
    return {
      row: segment.row + inside,
      px: Math.max(0, Math.min(top - segment.top - inside * this.input.heights.line, this.input.heights.line - 1)),
    };
  }

  /** The row that shows a line; the head of its step, if that is folded. */
  rowOfLine(line: number): number {
    let nearest = 0;
    for (const segment of this.segments) {
      if (segment.kind === 'lines') {
        if (line >= segment.from && line < segment.from + segment.count) return segment.row + line - segment.from;
        if (segment.from <= line) nearest = segment.row;
      } else if (segment.kind === 'step') {
        const span = this.input.spans.find((each) => each.step.index === segment.index);
        if (span && span.firstLine <= line) nearest = segment.row;
      }
    }
    return nearest;
  }

  rowOfStep(index: number): number | undefined {
    return this.segments.find((segment) => segment.kind === 'step' && segment.index === index)?.row;
  }

  /** The open steps whose lines stand in these rows. */
  stepsWithin(first: number, last: number): readonly number[] {
    return this.segments.flatMap((segment) =>
      segment.kind === 'lines' && segment.step !== undefined && segment.row <= last && segment.row + segment.count > first
        ? [segment.step]
        : [],
    );
  }

  /** The open step whose lines a row belongs to. */
  stepAt(row: number): number | undefined {
    const segment = this.segmentBy((each) => each.row <= row);
    return segment?.kind === 'lines' ? segment.step : undefined;
  }

  private segmentBy(reached: (segment: Segment) => boolean): Segment | undefined {
    let low = 0;
    let high = this.segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const segment = this.segments[middle];
      if (segment && reached(segment)) low = middle + 1;
      else high = middle;
    }
    return this.segments[low - 1];
  }
}
