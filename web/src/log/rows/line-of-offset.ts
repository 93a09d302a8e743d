/** A line whose first byte's place is known. */
export interface KnownLine {
  readonly line: number;
  readonly offset: number;
}

export interface Probe {
  readonly from: number;
  readonly count: number;
}

export interface Bounds {
  /** At or before the offset. */
  readonly low: KnownLine;
  /** Beyond the offset. */
  readonly high: KnownLine;
  readonly probes: number;
}

const probeLines = 100;

/** Where to look next for the first line at or after an offset: by proportion, and by halves where lines are very uneven. */
export function nextProbe(bounds: Bounds, offset: number): Probe {
  const { low, high, probes } = bounds;
  const lines = high.line - low.line;
  const share = probes % 3 === 2 ? 0.5 : (offset - low.offset) / Math.max(1, high.offset - low.offset);
  const guess = low.line + Math.floor(lines * share) - Math.floor(probeLines / 2);
  const from = Math.max(low.line, Math.min(guess, high.line - probeLines));
  return { from, count: Math.min(probeLines, Math.max(1, high.line - from)) };
}

export type Narrowed = { readonly found: number } | { readonly bounds: Bounds };

/** What a probe's lines say: the line itself, or closer bounds. Each probe takes at least its own lines off the bounds. */
export function narrow(bounds: Bounds, offset: number, lines: readonly KnownLine[]): Narrowed {
  const [first, last] = [lines[0], lines.at(-1)];
  if (!first || !last) return { found: bounds.high.line };
  const index = lines.findIndex((line) => line.offset >= offset);
  if (index > 0 || (index === 0 && (first.offset === offset || first.line <= bounds.low.line)))
    return { found: lines[index]?.line ?? first.line };
  const next = index === 0 ? { ...bounds, high: first } : { ...bounds, low: last };
  if (next.high.line - next.low.line <= 1) return { found: next.high.line };
  return { bounds: { ...next, probes: bounds.probes + 1 } };
}

/** First line that begins at or after `offset`; the number of lines, if none does. */
export async function lineOfOffset(
  offset: number,
  log: { readonly totalLines: number; readonly sizeBytes: number },
  fetchLines: (probe: Probe) => Promise<readonly KnownLine[]>,
): Promise<number> {
  if (offset <= 0 || log.totalLines === 0) return 0;
  if (offset >= log.sizeBytes) return log.totalLines;
  let bounds: Bounds = { low: { line: 0, offset: 0 }, high: { line: log.totalLines, offset: log.sizeBytes }, probes: 0 };
  for (;;) {
    const next = narrow(bounds, offset, await fetchLines(nextProbe(bounds, offset)));
    if ('found' in next) return next.found;
    bounds = next.bounds;
  }
}
