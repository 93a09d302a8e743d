import type { Rows } from '../rows/folds.js';
import {
  endPlace,
  isAtEnd,
  isStep,
  maxScrollHeight,
  moveBy,
  notPastEnd,
  scrollHeightFor,
  scrollTopFor,
  topForScroll,
  type Place,
} from '../rows/place.js';

const restMs = 140;

export interface ScrollerEvents {
  /** The place changed by the person's hand. */
  readonly onScroll: (moved: { readonly up: boolean; readonly atEnd: boolean; readonly far: boolean }) => void;
  /** The hand has rested for a moment. */
  readonly onRest: () => void;
}

/**
 * Keeps the reader's place and the browser's scroll bar in step. The bar's element is never higher than browsers can
 * bear: small steps move by their pixels, a dragged bar moves by proportion, and at rest the bar is put where it belongs.
 */
export class Scroller {
  place: Place = { row: 0, px: 0 };
  private rows: Rows | undefined;
  private lastTop = 0;
  private dragging = false;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private measured = new Map<number, number>();
  wrapped = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly space: HTMLElement,
    private readonly events: ScrollerEvents,
  ) {
    host.addEventListener('scroll', this.scrolled, { passive: true });
    host.addEventListener('pointerdown', this.pressed, { passive: true });
    for (const type of ['wheel', 'keydown', 'touchstart', 'pointerup'] as const)
      host.addEventListener(type, this.released, { passive: true });
  }

  close(): void {
    clearTimeout(this.rest);
    this.host.removeEventListener('scroll', this.scrolled);
    this.host.removeEventListener('pointerdown', this.pressed);
    for (const type of ['wheel', 'keydown', 'touchstart', 'pointerup'] as const) this.host.removeEventListener(type, this.released);
  }

  get viewport(): number {
    return this.host.clientHeight;
  }

  /** New rows; the reader stays where `place` says. */
  setRows(rows: Rows, place: Place): void {
    this.rows = rows;
    this.measured.clear();
    this.place = notPastEnd(place, this.metrics(), this.viewport);
    this.space.style.height = `${scrollHeightFor(rows.height, this.viewport)}px`;
    this.alignBar();
  }

  goTo(place: Place): void {
    this.place = notPastEnd({ row: Math.max(0, place.row), px: Math.max(0, place.px) }, this.metrics(), this.viewport);
    this.alignBar();
  }

  goToEnd(): void {
    this.goTo(endPlace(this.metrics(), this.viewport));
  }

  /** Brings a row a third down the screen; near the end the last row stays at the bottom. */
  showRow(row: number): void {
    this.goTo(moveBy({ row, px: 0 }, -Math.floor(this.viewport / 3), this.metrics(), this.viewport));
  }

  isAtEnd(): boolean {
    return isAtEnd(this.place, this.metrics(), this.viewport);
  }

  /** The real height of a row that has been drawn wrapped. */
  measure(row: number, height: number): void {
    this.measured.set(row, height);
  }

  forgetMeasures(): void {
    this.measured.clear();
  }

  private metrics(): { count: number; heightOf: (row: number) => number } {
    const { rows } = this;
    return { count: rows?.count ?? 0, heightOf: (row) => this.measured.get(row) ?? rows?.heightOf(row) ?? 0 };
  }

  private readonly pressed = (event: PointerEvent): void => {
    this.dragging = event.target === this.host && event.offsetX >= this.host.clientWidth;
  };

  private readonly released = (): void => {
    this.dragging = false;
  };

  private readonly scrolled = (): void => {
    const { rows } = this;
    const top = this.host.scrollTop;
    const delta = top - this.lastTop;
    if (!rows || Math.abs(delta) < 1) return;
    this.lastTop = top;
    this.place = this.placeAfter(delta, top, rows);
    this.events.onScroll({ up: delta < 0, atEnd: this.isAtEnd(), far: Math.abs(delta) > this.viewport / 2 });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.settle(), restMs);
  };

  private placeAfter(delta: number, top: number, rows: Rows): Place {
    const exact = !this.wrapped && rows.height <= maxScrollHeight;
    if (exact) return rows.rowAtTop(top);
    if (!this.dragging && isStep(delta, this.viewport)) return moveBy(this.place, delta, this.metrics(), this.viewport);
    const { row } = rows.rowAtTop(topForScroll(top, rows.height, this.viewport));
    return notPastEnd({ row, px: 0 }, this.metrics(), this.viewport);
  }

  private settle(): void {
    if (!this.dragging) this.alignBar();
    this.events.onRest();
  }

  private alignBar(): void {
    const { rows } = this;
    if (!rows) return;
    const top = this.isAtEnd()
      ? this.host.scrollHeight
      : scrollTopFor(rows.topOf(this.place.row) + this.place.px, rows.height, this.viewport);
    if (Math.abs(this.host.scrollTop - top) >= 1) this.host.scrollTop = top;
    this.lastTop = this.host.scrollTop;
  }
}
