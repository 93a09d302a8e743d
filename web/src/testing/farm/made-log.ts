import type { LogHits, LogLine, LogLines } from '@drover/protocol/api';
import type { StepRecord } from '@drover/protocol/agent';

const sgr = (code: string, text: string): string => `\u001b[${code}m${text}\u001b[0m`;
const bytesOf = (text: string): number => Buffer.byteLength(text) + 1;

/** A log made of a function of the line's number: any range of a million lines without holding them. */
export class MadeLog {
  readonly offsets: number[] = [0];
  readonly begun = Date.now() - 240_000;

  constructor(
    private readonly textOf: (line: number) => string,
    lines: number,
  ) {
    this.grow(lines);
  }

  get count(): number {
    return this.offsets.length - 1;
  }

  get sizeBytes(): number {
    return this.offsets.at(-1) ?? 0;
  }

  grow(lines: number): void {
    for (let i = 0; i < lines; i++) this.offsets.push(this.sizeBytes + bytesOf(this.textOf(this.count)));
  }

  lines(from: number, count: number, steps: readonly StepRecord[]): LogLines {
    const end = Math.min(from + count, this.count);
    const lines = Array.from({ length: Math.max(0, end - from) }, (_, i): LogLine => {
      const offset = this.offsets[from + i] ?? 0;
      const step = steps.find(({ startOffset = Infinity, endOffset = Infinity }) => startOffset <= offset && offset < endOffset)?.index;
      return {
        number: from + i,
        offset,
        at: this.begun + (from + i) * 37,
        text: this.textOf(from + i),
        ...(step === undefined ? {} : { step }),
      };
    });
    return { from, lines, totalLines: this.count, sizeBytes: this.sizeBytes };
  }

  search(query: string, from: number, limit: number): LogHits {
    const hits: LogHits['hits'] = [];
    const words = query.toLowerCase();
    let line = from;
    for (; line < this.count && hits.length < limit && line < from + 200_000; line++) {
      const text = this.textOf(line);
      const column = text.toLowerCase().indexOf(words);
      if (column >= 0) hits.push({ line, column, length: query.length, text });
    }
    return { hits, ...(line < this.count ? { next: line } : {}) };
  }

  /** Bytes from an offset to the end. */
  bytes(from: number): Uint8Array {
    const first = this.offsets.findIndex((offset, i) => (this.offsets[i + 1] ?? Infinity) > from && offset <= from);
    const text = Array.from(
      { length: Math.max(0, this.count - Math.max(0, first)) },
      (_, i) => `${this.textOf(Math.max(0, first) + i)}\n`,
    ).join('');
    return Buffer.from(text).subarray(from - (this.offsets[Math.max(0, first)] ?? 0));
  }
}

const requests = [
  'basket/add-item',
  'basket/merge-on-sign-in',
  'catalogue/search',
  'checkout/vouchers',
  'orders/history',
  'orders/refunds',
  'stock/reservations',
];

/** Output like that of a suite of HTTP tests, with all sorts of colours. */
export function apiTestLine(line: number): string {
  if (line < 3) return ['Agent lin-07, slot 3', 'Workspace ready', sgr('2', 'isolation: separate user')][line] ?? '';
  if (line < 40) return `remote: Counting objects: ${Math.min(100, line * 3)}% (${line * 41}/1512)`;
  if (line < 60) return `npm ${sgr('33', 'warn')} deprecated package-${line}@1.0.${line}: use something newer`;
  if (line === 60) return '10 %\r40 %\r80 %\rfetched 212 MB of cache';
  if (line === 61) return `${sgr('36', '$')} drover-http run suites/api --report out/api.xml --parallel 4`;
  if (line === 75) return `${sgr('31', '✗')} checkout/rounding           ${sgr('31;1', '1 of 14 failed')}`;
  if (line === 76) return `    POST /api/baskets/42/totals`;
  if (line === 77) return `    expected ${sgr('32', '"total": "19.98"')}`;
  if (line === 78) return `    received ${sgr('31', '"total": "19.97"')}   ${sgr('90', 'body at out/api/rounding-07.json')}`;
  if (line % 23 === 0)
    return `orders/refunds with token •••••••• ${sgr('38;5;208', 'slow')} ${sgr('38;2;120;80;220', 'true colour')} ${sgr('30;42', ' PASS ')} 构建完成 🚀`;
  return `${sgr('32', '✓')} ${(requests[line % requests.length] ?? '').padEnd(26)} ${sgr('90', `${(line * 7) % 40} requests  ${((line * 13) % 90) / 10} s`)}`;
}

export function millionLine(line: number): string {
  return line % 97_003 === 97_000
    ? `error: unit ${line} refused to link`
    : `[${String(line).padStart(7, '0')}] ${sgr(String(31 + (line % 6)), 'compile')} src/module-${line % 400}/unit-${line}.ts ${'·'.repeat(line % 50)} ${(line * 31) % 997} ms`;
}
