/** Most that is kept of one log: what a link that keeps up has not taken yet. */
const mostBytes = 1024 * 1024;
/** What a piece takes of memory beside its bytes. */
const overheadBytes = 256;
/** A piece that is longer than this goes out by itself rather than joined with the next one by copying. */
const longEnoughBytes = 32 * 1024;

interface Kept {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The newest bytes of a log as they were written, so that a sender that keeps up reads nothing back from the disk. */
export class Recent {
  #kept: Kept[] = [];
  #size = 0;

  /** Takes what follows what it was given before; drops the oldest for it. */
  add(offset: number, bytes: Buffer): void {
    this.#kept.push({ offset, bytes });
    this.#size += sizeOf(bytes);
    let drop = 0;
    while (this.#size > mostBytes) this.#size -= sizeOf(this.#kept[drop++]?.bytes);
    if (drop > 0) this.#kept.splice(0, drop);
  }

  /** Bytes from `from` on: up to `to`, or somewhat less where that saves a copy. Undefined where they are no longer here. */
  piece(from: number, to: number): Buffer | undefined {
    let at = this.#behind(from) - 1;
    const first = this.#kept[at];
    if (!first) return undefined;
    const start = first.bytes.subarray(from - first.offset, to - first.offset);
    if (start.length === to - from || start.length > longEnoughBytes) return start;
    const parts = [start];
    for (let next = this.#kept[++at]; next && next.offset < to; next = this.#kept[++at])
      parts.push(next.bytes.subarray(0, to - next.offset));
    return Buffer.concat(parts);
  }

  /** Bytes before `offset` are no longer needed. */
  forget(offset: number): void {
    const last = this.#kept.at(-1);
    const isAll = last !== undefined && last.offset + last.bytes.length <= offset;
    const dropped = this.#kept.splice(0, isAll ? this.#kept.length : Math.max(this.#behind(offset) - 1, 0));
    for (const { bytes } of dropped) this.#size -= sizeOf(bytes);
  }

  /** Index of the first piece that begins behind `offset`. */
  #behind(offset: number): number {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#kept[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const sizeOf = (bytes: Buffer | undefined): number => (bytes?.length ?? 0) + overheadBytes;
