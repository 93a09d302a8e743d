export interface SplitLine {
  readonly number: number;
  readonly offset: number;
  readonly text: string;
  readonly cut: boolean;
  readonly partial: boolean;
}

/** A longer line is cut in this view, as the controller cuts it. */
export const maxLineBytes = 16_384;
const lineEnd = 0x0a;

/**
 * Makes lines of a log's bytes as they arrive: a character or a line may be split anywhere between chunks.
 * Begins at the first byte of a line whose number is known.
 */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private lineBytes = 0;

  constructor(
    private number: number,
    private offset: number,
  ) {}

  /** First byte that has not been taken in. */
  get end(): number {
    return this.offset + this.lineBytes;
  }

  /** Number of the line that comes next or is growing. */
  get nextLine(): number {
    return this.number;
  }

  /** The lines that these bytes finish, in order. */
  feed(bytes: Uint8Array): SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, from)) {
      this.hold(bytes.subarray(from, end));
      lines.push(this.line(false));
      this.offset += this.lineBytes + 1;
      this.number += 1;
      this.held = [];
      this.heldBytes = 0;
      this.lineBytes = 0;
      from = end + 1;
    }
    this.hold(bytes.subarray(from));
    return lines;
  }

  /** The growing last line, if it has any bytes. */
  rest(): SplitLine | undefined {
    return this.lineBytes === 0 ? undefined : this.line(true);
  }

  private hold(bytes: Uint8Array): void {
    this.lineBytes += bytes.length;
    const room = maxLineBytes - this.heldBytes;
    if (room <= 0 || bytes.length === 0) return;
    const kept = bytes.slice(0, room);
    this.held.push(kept);
    this.heldBytes += kept.length;
  }

  private line(partial: boolean): SplitLine {
    const whole = joined(this.held, this.heldBytes);
    const cut = this.lineBytes > this.heldBytes;
    const text = this.decoder.decode(partial || cut ? withoutBrokenEnd(whole) : whole);
    return { number: this.number, offset: this.offset, text, cut, partial };
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Leaves out the last character where some of its bytes are yet to come. */
export function withoutBrokenEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < needed ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
