const lineEnd = 0x0a;
const carriageReturn = 0x0d;
/** Of a longer line only this much is shown and searched. */
export const shownLineBytes = 16_384;

/** A line as it lies in the log: bytes without the line end, cut where it is too long. */
export interface RawLine {
  readonly number: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly cut: boolean;
  /** Has no line end (yet). */
  readonly partial: boolean;
}

/** Cuts bytes that arrive in pieces into lines, holding no more than one shown line of an endless one. */
export class LineCutter {
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private cut = false;
  private lineStart: number;
  private offset: number;

  /** `number` and `offset` are those of a line's beginning. */
  constructor(
    private number: number,
    offset: number,
  ) {
    this.lineStart = offset;
    this.offset = offset;
  }

  /** The lines that end within this piece, which follows the pieces before it. */
  *push(piece: Uint8Array): Generator<RawLine> {
    let from = 0;
    for (;;) {
      const at = piece.indexOf(lineEnd, from);
      if (at < 0) break;
      this.hold(piece.subarray(from, at));
      yield this.take(this.offset + at + 1, false);
      from = at + 1;
    }
    this.hold(piece.subarray(from));
    this.offset += piece.length;
  }

  /** The line whose bytes come next. */
  get line(): number {
    return this.number;
  }

  /** Bytes of the line under way that would not be shown may be passed over. */
  get isFull(): boolean {
    return this.cut;
  }

  /** Passes over bytes of a full line that hold no line end. */
  skip(bytes: number): void {
    this.offset += bytes;
  }

  /** Passes over whole lines, from the beginning of one on. */
  skipLines(count: number, bytes: number): void {
    this.number += count;
    this.offset += bytes;
    this.lineStart = this.offset;
  }

  /** What is left when there are no more bytes: a line without an end, or nothing. */
  *end(): Generator<RawLine> {
    if (this.offset > this.lineStart) yield this.take(this.offset, true);
  }

  private hold(bytes: Uint8Array): void {
    const room = shownLineBytes - this.heldBytes;
    if (bytes.length > room) this.cut = true;
    if (room <= 0 || bytes.length === 0) return;
    const part = bytes.subarray(0, room);
    this.held.push(part);
    this.heldBytes += part.length;
  }

  private take(next: number, partial: boolean): RawLine {
    const line = { number: this.number, offset: this.lineStart, bytes: joined(this.held, this.heldBytes), cut: this.cut, partial };
    this.number++;
    this.lineStart = next;
    this.held = [];
    this.heldBytes = 0;
    this.cut = false;
    return line;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** A line's text: bytes that are no UTF-8 replaced, without a carriage return at its end, not cut through a character. */
export function textOf(line: Pick<RawLine, 'bytes' | 'cut'>): string {
  const end = line.cut ? wholeCharacters(line.bytes) : line.bytes.length;
  const withReturn = !line.cut && end > 0 && line.bytes[end - 1] === carriageReturn;
  return decoder.decode(line.bytes.subarray(0, withReturn ? end - 1 : end));
}

function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return bytes.length - back;
    if (byte < 0x80) break;
  }
  return bytes.length;
}
