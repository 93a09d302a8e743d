/** Where the reader is: the row at the viewport's top, and how much of it has gone by. */
export interface Place {
  readonly row: number;
  readonly px: number;
}

export interface RowMetrics {
  readonly count: number;
  /** Real height of a row: more than one line's where it is wrapped. */
  heightOf(row: number): number;
}

/** Elements higher than this are cut by browsers (the lowest limit is near 17 million); rows beyond are reached by proportion. */
export const maxScrollHeight = 8_000_000;

/** The place `dy` pixels on, never past either end. */
export function moveBy(place: Place, dy: number, rows: RowMetrics, viewport: number): Place {
  let { row, px } = place;
  px += dy;
  while (px < 0 && row > 0) px += rows.heightOf(--row);
  while (row < rows.count - 1 && px >= rows.heightOf(row)) px -= rows.heightOf(row++);
  return notPastEnd({ row, px: Math.max(0, px) }, rows, viewport);
}

/** The place at which the last row stands at the viewport's bottom; the start, if all rows fit. */
export function endPlace(rows: RowMetrics, viewport: number): Place {
  let left = viewport;
  for (let row = rows.count - 1; row >= 0; row--) {
    left -= rows.heightOf(row);
    if (left <= 0) return { row, px: Math.abs(left) };
  }
  return { row: 0, px: 0 };
}

export function notPastEnd(place: Place, rows: RowMetrics, viewport: number): Place {
  if (rows.count === 0) return { row: 0, px: 0 };
  const end = endPlace(rows, viewport);
  return place.row > end.row || (place.row === end.row && place.px > end.px) ? end : place;
}

export const isAtEnd = (place: Place, rows: RowMetrics, viewport: number): boolean => {
  const end = endPlace(rows, viewport);
  return place.row > end.row || (place.row === end.row && place.px >= end.px - 2);
};

/** Height of the element that the browser scrolls, for rows of this height in all. */
export const scrollHeightFor = (height: number, viewport: number): number => Math.max(Math.min(height, maxScrollHeight), viewport);

/** Where the scroll bar stands for `top` of `height`, in an element of `scrollHeight`. */
export function scrollTopFor(top: number, height: number, viewport: number): number {
  const real = height - viewport;
  return real <= 0 ? 0 : Math.min(1, Math.max(0, top / real)) * (scrollHeightFor(height, viewport) - viewport);
}

/** The height that a scroll bar dragged to `scrollTop` points at. */
export function topForScroll(scrollTop: number, height: number, viewport: number): number {
  const room = scrollHeightFor(height, viewport) - viewport;
  return room <= 0 ? 0 : Math.min(1, Math.max(0, scrollTop / room)) * (height - viewport);
}

/** Whether a scroll was a small step (wheel, key, finger), which moves by its pixels, rather than a drag of the bar, which moves by proportion. */
export const isStep = (delta: number, viewport: number): boolean => Math.abs(delta) <= Math.max(400, viewport * 1.5);
