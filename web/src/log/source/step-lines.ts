import type { StepRecord } from '@drover/protocol/agent';
import type { StepSpan } from '../rows/folds.js';
import type { KnownLine } from '../rows/line-of-offset.js';

/** Turns the bytes at which steps begin and end into lines, as lines become known. */
export class StepLines {
  private readonly found = new Map<number, number>();

  /** Notes a line that has just come; places at or before its first byte, and after the line before, begin with it. */
  lineArrived(steps: readonly StepRecord[], line: KnownLine): void {
    for (const offset of offsetsOf(steps))
      if (offset <= line.offset && offset > 0 && !this.found.has(offset)) this.found.set(offset, line.line);
  }

  place(offset: number, line: number): void {
    this.found.set(offset, line);
  }

  /** Places inside the known part of the log whose lines have to be looked for. */
  unknown(steps: readonly StepRecord[], sizeBytes: number): number[] {
    return offsetsOf(steps).filter((offset) => offset > 0 && offset < sizeBytes && !this.found.has(offset));
  }

  /** Where each step's lines lie, in order; none reaches into the next. What is not known yet stands at the end. */
  spans(steps: readonly StepRecord[], totalLines: number): StepSpan[] {
    const sorted = [...steps].sort((a, b) => a.index - b.index);
    const spans: StepSpan[] = [];
    let reached = 0;
    sorted.forEach((step, i) => {
      const firstLine = Math.max(reached, step.startOffset === undefined ? reached : this.lineAt(step.startOffset, totalLines));
      const next = sorted.slice(i + 1).find((later) => later.startOffset !== undefined)?.startOffset;
      const limit = next === undefined ? totalLines : this.lineAt(next, totalLines);
      const ownEnd =
        step.startOffset === undefined ? firstLine : step.endOffset === undefined ? limit : this.lineAt(step.endOffset, totalLines);
      reached = Math.max(firstLine, Math.min(ownEnd, limit));
      spans.push({ step, firstLine, endLine: reached });
    });
    return spans;
  }

  private lineAt(offset: number, totalLines: number): number {
    return offset === 0 ? 0 : Math.min(this.found.get(offset) ?? totalLines, totalLines);
  }
}

function offsetsOf(steps: readonly StepRecord[]): number[] {
  return [
    ...new Set(steps.flatMap(({ startOffset, endOffset }) => [startOffset, endOffset]).filter((offset) => offset !== undefined)),
  ].sort((a, b) => a - b);
}

/** The step whose bytes a line is of. */
export function stepOf(steps: readonly StepRecord[], offset: number): number | undefined {
  return steps.findLast(
    ({ startOffset, endOffset }) => startOffset !== undefined && startOffset <= offset && (endOffset === undefined || offset < endOffset),
  )?.index;
}
