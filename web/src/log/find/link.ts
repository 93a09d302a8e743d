/** Lines that an address points at, counted from 1 as people see them. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** `#L421`, `#L421-L430`, `#L421-430`; undefined for anything else. */
export function parseLink(hash: string): LineRange | undefined {
  const match = /^#?L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (!match) return undefined;
  const [a, b] = [Number(match[1]), Number(match[2] ?? match[1])];
  return a < 1 || b < 1 ? undefined : { from: Math.min(a, b), to: Math.max(a, b) };
}

export const formatLink = ({ from, to }: LineRange): string => (from === to ? `#L${from}` : `#L${from}-L${to}`);

/** The range that a click on a number makes; with shift it reaches from the one before. */
export function pickLine(before: LineRange | undefined, line: number, extend: boolean): LineRange {
  if (!before || !extend) return { from: line, to: line };
  return line < before.from ? { from: line, to: before.to } : { from: before.from, to: line };
}
