import { ProtocolError } from './message.js';

const smallestMessage = 21;

/** Cuts a byte stream into messages, whatever pieces it arrives in. */
export class Framing {
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(private readonly largestMessage: number) {}

  /** The messages that became whole with this piece; throws ProtocolError on an impossible length. */
  push(piece: Buffer): Buffer[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const messages: Buffer[] = [];
    for (;;) {
      const wanted = this.#wantedBytes();
      if (wanted === undefined || this.#bytes < wanted) return messages;
      const whole = this.#joined();
      messages.push(whole.subarray(0, wanted));
      const rest = whole.subarray(wanted);
      this.#pieces = rest.length > 0 ? [rest] : [];
      this.#bytes = rest.length;
    }
  }

  #wantedBytes(): number | undefined {
    if (this.#bytes < 4) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < 4) this.#joined();
    const length = this.#pieces[0]?.readInt32LE(0) ?? 0;
    if (length < smallestMessage || length > this.largestMessage) {
      throw new ProtocolError(`a message of ${length} bytes; between ${smallestMessage} and ${this.largestMessage} are taken`);
    }
    return length;
  }

  #joined(): Buffer {
    const [first] = this.#pieces;
    if (first && this.#pieces.length === 1) return first;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [whole];
    return whole;
  }
}
