import { LineCutter, textOf, type RawLine } from './line-blocks.js';
import { lineEndsIn } from './places.js';

const lineEnd = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

export interface LogHit {
  readonly line: number;
  /** Counted in UTF-16 units of `text`, from 0. */
  readonly column: number;
  readonly length: number;
  readonly text: string;
}

export interface SearchFor {
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** Hits that one line gives, at most: a line of a thousand dots has no thousand hits. */
const hitsOfLine = 20;

/** Looks for plain text in a log that arrives in pieces, from the beginning of a line on. Lines without a hit cost no more than the look. */
export class LogSearch {
  private readonly cutter: LineCutter;
  private readonly needle: string;

  constructor(
    private readonly wanted: SearchFor,
    start: { readonly line: number; readonly offset: number },
  ) {
    this.cutter = new LineCutter(start.line, start.offset);
    this.needle = wanted.ignoreCase ? lowered(wanted.text) : wanted.text;
  }

  /** The line whose search is not finished. */
  get line(): number {
    return this.cutter.line;
  }

  *push(piece: Uint8Array): Generator<LogHit> {
    const first = piece.indexOf(lineEnd) + 1;
    const last = piece.lastIndexOf(lineEnd) + 1;
    yield* this.inLines(this.cutter.push(piece.subarray(0, first)));
    const whole = piece.subarray(first, last);
    if (this.isIn(decoder.decode(whole))) yield* this.inLines(this.cutter.push(whole));
    else if (whole.length > 0) this.cutter.skipLines(lineEndsIn(whole, 0, whole.length), whole.length);
    yield* this.inLines(this.cutter.push(piece.subarray(last)));
  }

  *end(): Generator<LogHit> {
    yield* this.inLines(this.cutter.end());
  }

  private *inLines(lines: Iterable<RawLine>): Generator<LogHit> {
    for (const line of lines) {
      const text = textOf(line);
      const searched = this.searched(text);
      let column = searched.indexOf(this.needle);
      for (let count = 0; column >= 0 && count < hitsOfLine; count++) {
        yield { line: line.number, column, length: this.needle.length, text };
        column = searched.indexOf(this.needle, column + this.needle.length);
      }
    }
  }

  private isIn(text: string): boolean {
    return text.length > 0 && this.searched(text).includes(this.needle);
  }

  private searched(text: string): string {
    return this.wanted.ignoreCase ? lowered(text) : text;
  }
}

/** Lower case of the same length, so that columns stay true: the few letters that would grow stay as they are. */
function lowered(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter)).join('');
}
