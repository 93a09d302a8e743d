import { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { burstBytes, type Burst } from './burst.js';

/** What the kernel keeps between slave and master at most, with a wide margin. */
const kernelBufferBytes = 256 * 1024;
const quietMs = 1_000;

/** The output side of a pseudo-terminal as a stream that ends at a mark. While nobody reads, nothing is taken from the kernel. */
export class MasterReader extends Readable {
  readonly #master: ReadStream;
  readonly #mark: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #settle: (() => void) | undefined;
  #looking = false;
  #sinceMark: number | undefined;
  #done = false;
  #discarding = false;
  #quiet: NodeJS.Timeout | undefined;

  constructor(master: ReadStream, { mark, burst }: { readonly mark: Buffer; readonly burst: Burst }) {
    super({ highWaterMark: 2 * burstBytes });
    this.#master = master;
    this.#mark = mark;
    master.on('data', (chunk: Buffer) => this.#take(this.#done ? chunk : burst.extend(chunk)));
    master.on('error', () => this.#end());
    master.on('end', () => this.#end());
    master.pause();
  }

  override _read(): void {
    if (!this.#done) this.#master.resume();
    this.#watchQuiet();
  }

  /** A reader that stops listening must not block the program: the rest is read and thrown away. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#discarding = true;
    if (!this.#done) this.#master.resume();
    this.#watchQuiet();
    callback(error);
  }

  drained(): Promise<void> {
    this.#looking = true;
    return new Promise((resolve) => {
      if (this.#done) resolve();
      else this.#settle = resolve;
    });
  }

  /** From here on everything of the program is in the kernel's buffer. */
  markWritten(): void {
    this.#sinceMark = 0;
    this.#watchQuiet();
  }

  giveUp(): void {
    this.#end();
  }

  #take(chunk: Buffer): void {
    if (this.#done) return;
    if (!this.#looking) return this.#pass(chunk);
    const all = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const at = all.indexOf(this.#mark);
    if (at >= 0) {
      this.#held = all.subarray(0, at);
      return this.#end();
    }
    const keep = Math.min(all.length, this.#mark.length - 1);
    this.#held = Buffer.from(all.subarray(all.length - keep));
    this.#pass(all.subarray(0, all.length - keep));
    this.#countAfterMark(chunk.length);
  }

  /** A process left in the background may have torn the mark apart by printing: then amount or silence decides. */
  #countAfterMark(bytes: number): void {
    if (this.#sinceMark === undefined) return;
    this.#sinceMark += bytes;
    if (this.#sinceMark > kernelBufferBytes) this.#end();
    else this.#watchQuiet();
  }

  #watchQuiet(): void {
    clearTimeout(this.#quiet);
    if (this.#sinceMark === undefined || this.#done || this.#master.isPaused()) return;
    this.#quiet = setTimeout(() => this.#end(), quietMs);
  }

  #pass(chunk: Buffer): void {
    if (this.#discarding || chunk.length === 0) return;
    if (!this.push(chunk)) {
      this.#master.pause();
      clearTimeout(this.#quiet);
    }
  }

  #end(): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#quiet);
    this.#master.pause();
    if (!this.#discarding) {
      if (this.#held.length > 0) this.push(this.#held);
      this.push(null);
    }
    this.#settle?.();
  }
}
