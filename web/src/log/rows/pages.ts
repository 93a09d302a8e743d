import type { LogLine } from '@drover/protocol/api';
import { parseLine, plainStyle, type ParsedLine, type TextStyle } from '../text/ansi.js';

export const pageLines = 200;
/** 60 pages are 12,000 lines: some ten screens each way and the tail. */
const maxPages = 60;

interface Entry {
  readonly line: LogLine;
  parsed: ParsedLine | undefined;
}

/** The part of a log that is loaded, in pages of lines. Lines of a log never change, but for the last while it grows. */
export class LinePages {
  private readonly pages = new Map<number, (Entry | undefined)[]>();

  put(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const page = this.page(Math.floor(line.number / pageLines));
      const before = page[line.number % pageLines];
      if (before && before.line.text === line.text && before.line.partial === line.partial && before.line.at === line.at) continue;
      page[line.number % pageLines] = { line, parsed: undefined };
    }
  }

  get(number: number): LogLine | undefined {
    return this.entry(number)?.line;
  }

  /** The line with its colours. They continue from the line before, as far back as lines are loaded. */
  parsed(number: number): ParsedLine | undefined {
    const entry = this.entry(number);
    if (!entry) return undefined;
    entry.parsed ??= parseLine(entry.line.text, this.styleBefore(number, entry.line));
    return entry.parsed;
  }

  private styleBefore(number: number, line: LogLine): TextStyle {
    let first = number;
    for (let entry = this.entry(first - 1); entry && !entry.parsed && entry.line.step === line.step; entry = this.entry(first - 1)) first--;
    const anchor = this.entry(first - 1);
    let style = anchor?.parsed && anchor.line.step === line.step ? anchor.parsed.end : plainStyle;
    for (let each = first; each < number; each++) {
      const entry = this.entry(each);
      if (!entry) return plainStyle;
      entry.parsed = parseLine(entry.line.text, style);
      style = entry.parsed.end;
    }
    return style;
  }

  /** Numbers of the pages that these lines need and that are not whole, nearest to the middle first. `total`: how many lines the log has. */
  missing(from: number, to: number, total: number): number[] {
    const [first, last] = [Math.max(0, from), Math.min(to, total - 1)];
    const pages: number[] = [];
    for (let page = Math.floor(first / pageLines); page * pageLines <= last; page++) {
      if (!this.has(Math.max(first, page * pageLines), Math.min(last, (page + 1) * pageLines - 1))) pages.push(page);
    }
    const middle = (first + last) / 2 / pageLines;
    return pages.sort((a, b) => Math.abs(a + 0.5 - middle) - Math.abs(b + 0.5 - middle));
  }

  has(from: number, to: number): boolean {
    for (let line = from; line <= to; line++) if (!this.entry(line)) return false;
    return true;
  }

  /** The lines of a page from the first one that is not loaded. */
  hole(page: number): { from: number; count: number } {
    const [first, end] = [page * pageLines, (page + 1) * pageLines];
    let from = first;
    while (from < end && this.entry(from)) from++;
    return from === end ? { from: first, count: pageLines } : { from, count: end - from };
  }

  /** Forgets the pages that lie farthest from where the reader is and from the end. */
  trim(around: number, total: number): void {
    if (this.pages.size <= maxPages) return;
    const distance = (page: number): number => Math.min(Math.abs(page - around / pageLines), Math.abs(page - total / pageLines));
    const far = [...this.pages.keys()].sort((a, b) => distance(b) - distance(a));
    for (const page of far.slice(0, this.pages.size - maxPages)) this.pages.delete(page);
  }

  clear(): void {
    this.pages.clear();
  }

  private page(index: number): (Entry | undefined)[] {
    const page = this.pages.get(index) ?? [];
    this.pages.set(index, page);
    return page;
  }

  private entry(number: number): Entry | undefined {
    return number < 0 ? undefined : this.pages.get(Math.floor(number / pageLines))?.[number % pageLines];
  }
}
