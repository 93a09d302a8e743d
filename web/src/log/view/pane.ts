import { opensByItself, Rows, type Row, type StepSpan } from '../rows/folds.js';
import type { Place } from '../rows/place.js';
import type { LogSource } from '../source/log-source.js';
import { groundOf } from './palette.js';
import { RowDrawer, type Drawn, type PaneSettings } from './row-drawer.js';
import type { LineElements } from './row-elements.js';
import { Scroller } from './scroller.js';

/** Rows drawn beyond each edge of the screen, so that a selection reaches past it and wrapped rows are measured before they show. */
const beyond = 16;
/** The same while whole screens fly past, which nobody reads: the rows in sight are all that a frame has time for. */
const beyondInFlight = 2;

export interface PaneEvents {
  readonly onScroll: (moved: { readonly up: boolean; readonly atEnd: boolean }) => void;
  readonly onLine: (line: number, extend: boolean) => void;
  readonly onDrawn: () => void;
}

/** Draws the rows that are on the screen, and only those; what has not changed is left alone, so that selections live on. */
export class LogPane {
  rows: Rows;
  private readonly scroller: Scroller;
  private readonly space: HTMLElement;
  private readonly list: HTMLElement;
  private readonly head: HTMLElement;
  private readonly drawer: RowDrawer;
  private drawn = new Map<string, Drawn>();
  private readonly folds = new Map<number, boolean>();
  private spans: readonly StepSpan[] = [];
  private headLook = '';
  /** Whether the last row stood at the bottom when this was last drawn: it stays there when the room changes. */
  private atEnd = false;
  /** Height of the screen when the rows were last laid out. */
  private room = 0;
  private readonly resized: ResizeObserver;

  constructor(
    private readonly host: HTMLElement,
    private readonly source: LogSource,
    private settings: PaneSettings,
    private readonly events: PaneEvents,
  ) {
    [this.space, this.list, this.head] = scaffold(host);
    this.drawer = new RowDrawer(source, groundOf(host), () => ({ settings: this.settings, spans: this.spans, opened: this.opened }));
    this.scroller = new Scroller(host, this.space, {
      onScroll: (moved) => {
        this.draw(moved.far && !this.settings.wrap ? beyondInFlight : beyond);
        events.onScroll(moved);
      },
      onRest: () => this.draw(),
    });
    this.rows = this.rowsNow();
    host.addEventListener('click', this.clicked);
    this.resized = new ResizeObserver(() => this.refresh());
    this.resized.observe(host);
  }

  close(): void {
    this.resized.disconnect();
    this.scroller.close();
    this.host.removeEventListener('click', this.clicked);
    this.host.replaceChildren();
  }

  set(settings: PaneSettings): void {
    if (settings.wrap !== this.settings.wrap || settings.marks !== this.settings.marks || settings.texts !== this.settings.texts)
      this.clear();
    this.settings = settings;
    this.refresh();
  }

  /** The theme changed: all colours are worked out again. */
  repaint(): void {
    this.drawer.ground = groundOf(this.host);
    this.clear();
    this.draw();
  }

  /** Rows were added, or steps moved. At the end the view stays there; elsewhere the line that is being read stays put. */
  refresh(follows = false): void {
    const stayAtEnd = follows || (this.atEnd && this.room !== this.scroller.viewport);
    this.room = this.scroller.viewport;
    const anchor = this.anchor();
    this.scroller.wrapped = this.settings.wrap;
    this.rows = this.rowsNow();
    this.scroller.setRows(this.rows, this.placeOf(anchor));
    if (stayAtEnd) this.scroller.goToEnd();
    this.draw();
    if (stayAtEnd && this.settings.wrap) this.scroller.goToEnd();
    if (stayAtEnd && this.settings.wrap) this.draw();
  }

  toEnd(): void {
    this.refresh(true);
  }

  isOpen(index: number): boolean {
    const span = this.spans.find(({ step }) => step.index === index);
    return span ? this.opened(span.step) : false;
  }

  /** Keeps the steps on the screen open, when they would fold by themselves. */
  holdOpen(): void {
    const { row: first } = this.scroller.place;
    let last = first;
    for (let height = 0; height < this.scroller.viewport && last < this.rows.count; last++) height += this.rows.heightOf(last);
    for (const step of this.rows.stepsWithin(first, last)) if (!this.folds.has(step)) this.folds.set(step, true);
  }

  fold(index: number, open: boolean): void {
    this.folds.set(index, open);
    this.refresh();
  }

  foldAll(open: boolean): void {
    for (const { step } of this.spans) this.folds.set(step.index, open);
    this.refresh();
  }

  get allFolded(): boolean {
    return this.spans.length > 0 && this.spans.every(({ step }) => !this.opened(step));
  }

  /** Brings a line a third down the screen, unfolding its step. */
  showLine(line: number): void {
    const hidden = this.spans.find(({ step, firstLine, endLine }) => line >= firstLine && line < endLine && !this.opened(step));
    if (hidden) this.folds.set(hidden.step.index, true);
    this.refresh();
    this.scroller.showRow(this.rows.rowOfLine(line));
    this.draw();
  }

  /** Jumps to the head of the next step, or of the one before. */
  showStep(direction: 1 | -1): void {
    const here = this.scroller.place.row;
    const heads = this.spans.map(({ step }) => this.rows.rowOfStep(step.index)).filter((row) => row !== undefined);
    const row = direction === 1 ? heads.find((each) => each > here) : heads.findLast((each) => each < here);
    if (row === undefined) return;
    this.scroller.goTo({ row, px: 0 });
    this.draw();
    this.events.onScroll({ up: direction === -1, atEnd: this.scroller.isAtEnd() });
  }

  /** The first line on the screen. */
  get topLine(): number {
    for (let row = this.scroller.place.row; row < this.rows.count; row++) {
      const at = this.rows.at(row);
      if (at?.kind === 'line') return at.number;
    }
    return this.source.totalLines;
  }

  draw(margin = beyond): void {
    const { row: top } = this.scroller.place;
    const first = Math.max(0, top - margin);
    let last = top;
    for (let height = -this.scroller.place.px; height < this.scroller.viewport && last < this.rows.count; last++)
      height += this.rows.heightOf(last);
    last = Math.min(this.rows.count - 1, last + margin);
    this.place(first, last);
    this.shift(first, top);
    this.drawHead(top);
    this.ask(first, last);
    if (this.room === this.scroller.viewport) this.atEnd = this.rows.count > 0 && this.scroller.isAtEnd();
    this.events.onDrawn();
  }

  private place(first: number, last: number): void {
    const rows = new Map<string, Row>();
    for (let row = first; row <= last; row++) {
      const at = this.rows.at(row);
      if (at) rows.set(keyOf(at), at);
    }
    const spare = this.spare(rows);
    const wanted = new Map<string, Drawn>();
    for (const [key, row] of rows)
      wanted.set(
        key,
        this.drawer.draw(row, this.drawn.get(key), () => spare.next().value ?? undefined),
      );
    // Elements that show other lines now are put in again, so that those which stay need not move; if none stays, all are in order.
    const kept = [...this.drawn].filter(([key, { element }]) => wanted.get(key)?.element === element).map(([, { element }]) => element);
    const used = new Set([...wanted.values()].map(({ element }) => element));
    const standing = kept.length === 0 ? used : new Set(kept);
    for (const { element } of this.drawn.values()) if (!standing.has(element)) element.remove();
    let cursor = this.list.firstChild;
    for (const { element } of wanted.values()) {
      if (element === cursor) cursor = cursor.nextSibling;
      else this.list.insertBefore(element, cursor);
    }
    this.drawn = wanted;
  }

  /** Elements of lines that have gone out of sight, in their order; none while a selection may stand in them. */
  private *spare(rows: ReadonlyMap<string, Row>): Generator<LineElements, undefined> {
    if (document.getSelection()?.isCollapsed === false) return undefined;
    for (const [key, { parts }] of this.drawn) if (parts && !rows.has(key)) yield parts;
    return undefined;
  }

  /** Moves the drawn rows so that the place of the reader is at the top. */
  private shift(first: number, top: number): void {
    let above = this.scroller.place.px;
    if (this.settings.wrap) {
      let row = first;
      for (const { element } of this.drawn.values()) this.scroller.measure(row++, element.offsetHeight);
      const at = this.rows.at(top);
      above += (at && this.drawn.get(keyOf(at))?.element.offsetTop) ?? 0;
    } else {
      above += this.rows.topOf(top) - this.rows.topOf(first);
    }
    this.list.style.transform = `translateY(${-above}px)`;
  }

  private drawHead(top: number): void {
    const step = this.rows.stepAt(top);
    const look = step === undefined ? '' : `${step},${this.drawer.stepLook(step)}`;
    if (look === this.headLook) return;
    this.headLook = look;
    this.head.replaceChildren(...(step === undefined ? [] : [this.drawer.headOf(step)]));
  }

  private ask(first: number, last: number): void {
    const lines = [...range(first, last)]
      .map((row) => this.rows.at(row))
      .filter((row) => row?.kind === 'line')
      .map((row) => row.number);
    const [from, to] = [lines[0], lines.at(-1)];
    if (from !== undefined && to !== undefined) this.source.need(from, to);
  }

  private rowsNow(): Rows {
    const { heights, texts } = this.settings;
    this.spans = this.source.ready ? this.source.spans() : [];
    return new Rows({
      spans: this.spans,
      totalLines: this.source.ready ? this.source.totalLines : 0,
      isOpen: (step) => this.opened(step),
      note: texts.note !== undefined,
      heights,
    });
  }

  private readonly opened = (step: StepSpan['step']): boolean => this.folds.get(step.index) ?? opensByItself(step, this.source.steps);

  private anchor(): { readonly row: Row | undefined; readonly place: Place } {
    return { row: this.rows.at(this.scroller.place.row), place: this.scroller.place };
  }

  private placeOf({ row, place }: { readonly row: Row | undefined; readonly place: Place }): Place {
    if (row?.kind === 'line') return { row: this.rows.rowOfLine(row.number), px: place.px };
    if (row?.kind === 'step') return { row: this.rows.rowOfStep(row.index) ?? 0, px: place.px };
    return place;
  }

  private clear(): void {
    for (const { element } of this.drawn.values()) element.remove();
    this.drawn.clear();
    this.scroller.forgetMeasures();
    this.headLook = '';
    this.head.replaceChildren();
  }

  private readonly clicked = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : undefined;
    const number = target?.closest('.no')?.closest<HTMLElement>('[data-line]')?.dataset['line'];
    const step = target?.closest('.fold-button')?.closest<HTMLElement>('[data-step]')?.dataset['step'];
    if (number !== undefined) {
      event.preventDefault();
      this.events.onLine(Number(number), event.shiftKey);
    } else if (step !== undefined) {
      this.fold(Number(step), !this.isOpen(Number(step)));
    }
  };
}

function scaffold(host: HTMLElement): [space: HTMLElement, list: HTMLElement, head: HTMLElement] {
  const make = (className: string): HTMLElement => Object.assign(document.createElement('div'), { className });
  const [space, layer, list, head] = [make('log-space'), make('log-layer'), make('log-rows'), make('log-head')];
  layer.append(list, head);
  space.append(layer);
  host.replaceChildren(space);
  return [space, list, head];
}

const keyOf = (row: Row): string => (row.kind === 'line' ? `l${row.number}` : row.kind === 'step' ? `s${row.index}` : 'note');

function* range(first: number, last: number): Generator<number> {
  for (let row = first; row <= last; row++) yield row;
}
