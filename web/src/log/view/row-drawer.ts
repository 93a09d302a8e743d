import type { StepRecord } from '@drover/protocol/agent';
import type { LineRange } from '../find/link.js';
import type { Row, StepSpan } from '../rows/folds.js';
import type { LogSource } from '../source/log-source.js';
import { fillLine, lineElements, noteElement, stepElement, type LineElements, type RowTexts } from './row-elements.js';

export interface PaneTexts extends RowTexts {
  readonly took: (from: number | undefined, to: number | undefined) => string;
  readonly note: string | undefined;
}

export interface PaneSettings {
  readonly texts: PaneTexts;
  readonly marks: ReadonlyMap<string, Element>;
  readonly heights: { readonly step: number; readonly line: number; readonly note: number };
  readonly wrap: boolean;
  readonly linked: LineRange | undefined;
  readonly query: string;
  readonly currentHit: number | undefined;
  readonly live: boolean;
}

/** A row that is in the page, and what it was drawn from: while that is the same, its element is left alone. */
export interface Drawn {
  readonly element: HTMLElement;
  readonly look: string;
  readonly line: unknown;
  /** The parts of a line's row, which may show another line later. */
  readonly parts?: LineElements;
}

interface Shown {
  readonly settings: PaneSettings;
  readonly spans: readonly StepSpan[];
  readonly opened: (step: StepRecord) => boolean;
}

/** Makes the elements of rows, and knows when one made before will do. */
export class RowDrawer {
  constructor(
    private readonly source: LogSource,
    public ground: number,
    private readonly shown: () => Shown,
  ) {}

  /** `spare`: gives elements that no row needs any more. */
  draw(row: Row, before: Drawn | undefined, spare: () => LineElements | undefined): Drawn {
    const line = row.kind === 'line' ? this.source.pages.get(row.number) : undefined;
    const look = this.lookOf(row);
    if (before && before.look === look && before.line === line) return before;
    if (row.kind !== 'line') return { look, line, element: this.elementOf(row) };
    const parts = before?.parts ?? spare() ?? lineElements();
    this.fill(parts, row.number);
    return { look, line, element: parts.row, parts };
  }

  /** Everything that the head of a step shows, as one text. */
  stepLook(index: number): string {
    const step = this.stepOf(index);
    return step ? [this.shown().opened(step), step.name, step.fact, step.state, step.outcome, this.tookOf(step)].join() : '';
  }

  headOf(index: number): HTMLElement {
    const step = this.stepOf(index);
    if (!step) return noteElement('');
    const { settings, opened } = this.shown();
    const mark = settings.marks.get(step.state === 'running' ? 'running' : (step.outcome ?? 'skipped'));
    return stepElement({ step, open: opened(step), mark, took: this.tookOf(step) });
  }

  private lookOf(row: Row): string {
    const { settings } = this.shown();
    if (row.kind === 'note') return settings.texts.note ?? '';
    if (row.kind === 'step') return this.stepLook(row.index);
    const { linked, query, currentHit } = settings;
    return [
      this.source.isError(row.number),
      isLinked(row.number, linked),
      this.isGrowing(row.number),
      query,
      currentHit === row.number,
    ].join();
  }

  private elementOf(row: Exclude<Row, { kind: 'line' }>): HTMLElement {
    return row.kind === 'note' ? noteElement(this.shown().settings.texts.note ?? '') : this.headOf(row.index);
  }

  private fill(parts: LineElements, number: number): void {
    const { linked, query, currentHit, texts } = this.shown().settings;
    const look = {
      number,
      line: this.source.pages.get(number),
      parsed: this.source.pages.parsed(number),
      error: this.source.isError(number),
      linked: isLinked(number, linked),
      growing: this.isGrowing(number),
      query,
      current: currentHit === number,
    };
    fillLine(parts, look, this.ground, texts);
  }

  private stepOf(index: number): StepRecord | undefined {
    return this.shown().spans.find(({ step }) => step.index === index)?.step;
  }

  private tookOf(step: StepRecord): string {
    return step.state === 'skipped' ? '' : this.shown().settings.texts.took(step.startedAt, step.finishedAt);
  }

  private isGrowing(number: number): boolean {
    return this.shown().settings.live && number === this.source.totalLines - 1;
  }
}

const isLinked = (line: number, linked: LineRange | undefined): boolean =>
  linked !== undefined && line + 1 >= linked.from && line + 1 <= linked.to;
