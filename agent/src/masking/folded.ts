import type { Matcher } from './matcher.js';

/** A secret that is shorter would be found by chance where two lines meet. */
const shortestFoldedBytes = 8;
/** So little of a secret tells nothing of it. */
const shortestHeldBytes = 4;
/** What stands between two parts of a secret may be this long altogether. */
const mostBetweenBytes = 4_096;
/** A control sequence that is longer is taken for text. */
const longestSequenceBytes = 256;
const [tab, lineFeed, carriageReturn, escape, blank] = [9, 10, 13, 27, 32];

interface Gap {
  /** Where it begins, counted as positions are told to the masker. */
  readonly from: number;
  readonly to: number;
}

/**
 * Follows a secret through what programs put between its characters: an end of line with the indentation behind it, and
 * control sequences such as colours. It begins at such a gap, where the plain search stood in the middle of a pattern,
 * and ends where nothing that began before the last gap can become a match any more.
 */
export class Folded {
  readonly #matcher: Matcher;
  #state: number;
  #gaps: Gap[] = [];
  #between = 0;
  /** An end of line came last, maybe with colours behind it: indentation may follow. */
  #isFolding = false;
  #at: number;

  constructor(matcher: Matcher, { at, state }: { readonly at: number; readonly state: number }) {
    this.#matcher = matcher;
    this.#state = state;
    this.#at = at;
  }

  /** Where it has come to; nothing before that needs to be looked at again. */
  get at(): number {
    return this.#at;
  }

  /** Where what may still become a match begins. */
  get from(): number {
    return this.#back(this.#at, this.#pending);
  }

  /** What has to be held back from here on: a few characters before an end of line are shown rather than kept from viewers. */
  get heldFrom(): number {
    return this.#pending >= shortestHeldBytes ? this.from : this.#at;
  }

  get #pending(): number {
    return this.#matcher.depth[this.#state] ?? 0;
  }

  /** Positions are counted from here on from a later place. */
  shift(by: number): void {
    this.#at -= by;
    this.#gaps = this.#gaps.map(({ from, to }) => ({ from: from - by, to: to - by }));
  }

  /** Continues to the end of the data, or to its own. True while it may continue with more. */
  follow(data: Buffer, onMatch: (range: Gap) => void): boolean {
    while (this.#at < data.length) {
      const end = endOfGap(data, this.#at, this.#isFolding);
      if (end === undefined) return true;
      if (end > this.#at) {
        if (!this.#skip(data, end)) return false;
        continue;
      }
      this.#isFolding = false;
      this.#state = this.#matcher.next(this.#state, data[this.#at] ?? 0);
      this.#at += 1;
      this.#dropGaps();
      if (this.#gaps.length === 0) return false;
      const length = this.#matcher.matched[this.#state] ?? 0;
      const from = length >= shortestFoldedBytes ? this.#back(this.#at, length) : this.#at;
      if (from < (this.#gaps.at(-1)?.from ?? 0)) onMatch({ from, to: this.#at });
    }
    return true;
  }

  #skip(data: Buffer, to: number): boolean {
    this.#isFolding ||= data[this.#at] !== escape;
    const known = this.#gaps.at(-1);
    if (known?.to === this.#at) this.#gaps[this.#gaps.length - 1] = { from: known.from, to };
    else this.#gaps.push({ from: this.#at, to });
    this.#between += to - this.#at;
    this.#at = to;
    return this.#between <= mostBetweenBytes;
  }

  /** Those before which nothing that is still followed begins. */
  #dropGaps(): void {
    const { from } = this;
    const left = this.#gaps.findIndex((gap) => gap.from > from);
    for (const { from: begin, to } of this.#gaps.splice(0, left < 0 ? this.#gaps.length : left)) this.#between -= to - begin;
  }

  /** The place so many bytes before, gaps not counted. */
  #back(at: number, bytes: number): number {
    let place = at;
    let left = bytes;
    for (const gap of this.#gaps.toReversed()) {
      if (place - gap.to >= left) break;
      left -= Math.max(0, place - gap.to);
      place = gap.from;
    }
    return place - left;
  }
}

/** The end of the gap that begins here; here, where there is none; undefined where the data ends before that is known. */
function endOfGap(data: Buffer, at: number, isFolding: boolean): number | undefined {
  const byte = data[at];
  if (byte === escape) return endOfSequence(data, at);
  let end = at;
  while (isEndOfLine(data[end]) || (isBlank(data[end]) && (isFolding || end > at))) end += 1;
  return end;
}

const isEndOfLine = (byte: number | undefined): boolean => byte === lineFeed || byte === carriageReturn;
const isBlank = (byte: number | undefined): boolean => byte === tab || byte === blank;

/** Of a string of the terminal (OSC, DCS, SOS, PM, APC), the character after the escape. */
const stringKinds: ReadonlySet<number> = new Set([0x5d, 0x50, 0x58, 0x5e, 0x5f]);

/** CSI and strings as they are; of any other, what may stand in between and the last character, as in `ESC ( B`. */
function endOfSequence(data: Buffer, at: number): number | undefined {
  const kind = data[at + 1] ?? 0x5b;
  const isCsi = kind === 0x5b;
  const isString = stringKinds.has(kind);
  for (let end = isCsi || isString ? at + 2 : at + 1; end < Math.min(data.length, at + longestSequenceBytes); end += 1) {
    const byte = data[end] ?? 0;
    if (isString) {
      if (byte === 7 || (byte === 0x5c && data[end - 1] === escape)) return end + 1;
    } else if (!isCsi) {
      if (byte < 0x20 || byte > 0x2f) return byte === escape ? end : end + 1;
    } else if (byte >= 0x40 && byte <= 0x7e) return end + 1;
    else if (byte < 0x20 || byte > 0x3f) return at;
  }
  return data.length - at >= longestSequenceBytes ? at : undefined;
}
