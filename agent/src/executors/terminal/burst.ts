import { readSync } from 'node:fs';
import { codeOf } from '../../shared/logger.js';

/** Most that is read in one go; as much as one message takes. */
export const burstBytes = 64 * 1024;
/** A terminal hands over this much at a time at most: a shorter piece was all that there was. */
const fullPieceBytes = 4_095;
/** A burst that fills less of its room than this is copied out, so that a short piece holds no large buffer. */
const wellFilled = 0.5;

/**
 * Reads what a non-blocking descriptor has at once. Event by event, a piece of 4 KB costs twice as much as by itself:
 * a turn of the loop and a buffer of 64 KB each.
 */
export class Burst {
  readonly #descriptor: number | undefined;
  #room: Buffer | undefined;

  /** Without a descriptor nothing is ever read on. */
  constructor(descriptor: number | undefined) {
    this.#descriptor = descriptor;
  }

  /** A chunk that was just read from the descriptor, with what comes right behind it; never waits. */
  extend(chunk: Buffer): Buffer {
    if (this.#descriptor === undefined || chunk.length < fullPieceBytes || chunk.length >= burstBytes) return chunk;
    const room = (this.#room ??= Buffer.allocUnsafeSlow(burstBytes));
    const length = chunk.copy(room) + readAll(this.#descriptor, room.subarray(chunk.length));
    if (length < burstBytes * wellFilled) return Buffer.from(room.subarray(0, length));
    this.#room = undefined;
    return room.subarray(0, length);
  }
}

/** Fills the room as far as it goes without waiting; says how far. A fault is left to the stream, which meets it next. */
function readAll(descriptor: number, room: Buffer): number {
  let filled = 0;
  try {
    while (filled < room.length) {
      const length = readSync(descriptor, room, filled, room.length - filled, null);
      if (length === 0) break;
      filled += length;
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
  return filled;
}
