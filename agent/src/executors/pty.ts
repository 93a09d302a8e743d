import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readdirSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** What the kernel keeps between slave and master at most, with a wide margin. */
const kernelBufferBytes = 256 * 1024;
const quietMs = 1_000;

interface PtyPair {
  readonly master: ReadStream;
  readonly slave: ReadStream;
  readonly path: string;
}

export interface PtyOutput {
  readonly output: Readable;
  /** Path of the slave side. */
  readonly path: string;
  /** A blocking descriptor of the slave side for a child; the caller closes it. */
  openForChild(): number;
  /** Ends `output` after the last byte that was printed before this call; resolves then. */
  finish(): Promise<void>;
  /** Lets go of everything at once; what was not read is lost. */
  discard(): void;
}

/**
 * A pseudo-terminal whose slave side stays open here until the master is drained: a hang-up would cost the tail.
 * The end is found by writing a random mark into the slave side after the program: bytes keep their order.
 */
export function openPty(size: { readonly columns: number; readonly rows: number }): PtyOutput {
  const { master, slave, path } = openPair(size);
  const mark = randomBytes(16).toString('hex');
  const reader = new MasterReader(master, Buffer.from(mark));
  slave.on('error', () => undefined);
  slave.pause();
  const closePair = () => {
    slave.destroy();
    master.destroy();
  };
  return {
    output: reader,
    path,
    openForChild: () => openSync(path, constants.O_RDWR | constants.O_NOCTTY),
    async finish() {
      const drained = reader.drained();
      slave.write(mark, () => reader.markWritten());
      await drained;
      closePair();
    },
    discard() {
      reader.giveUp();
      reader.destroy();
      closePair();
    },
  };
}

interface NodePty {
  open(options: { readonly cols: number; readonly rows: number; readonly encoding: null }): {
    readonly master: ReadStream;
    readonly slave: ReadStream & { readonly _handle?: { readonly fd: number } };
    readonly ptsName: string;
  };
}

/** node-pty's `open` is exported but missing from its types; this is the one place that knows its shape. */
function parseNodePty(module: unknown): NodePty {
  return module as NodePty;
}

const nodePty = parseNodePty(createRequire(import.meta.url)('node-pty'));

function openPair(size: { readonly columns: number; readonly rows: number }): PtyPair {
  const pair = nodePty.open({ cols: size.columns, rows: size.rows, encoding: null });
  closeForgotten(pair.ptsName, pair.slave._handle?.fd);
  return { master: pair.master, slave: pair.slave, path: pair.ptsName };
}

/** The stream opens the slave side anew for itself; the descriptor that it was made from would stay open for ever. */
function closeForgotten(path: string, used: number | undefined): void {
  if (used === undefined) return;
  for (const descriptor of readdirSync(ownDescriptors).map(Number))
    if (descriptor > 2 && descriptor !== used && leadsTo(descriptor, path)) closeQuietly(descriptor);
}

const ownDescriptors = '/proc/self/fd';

function leadsTo(descriptor: number, path: string): boolean {
  try {
    return readlinkSync(`${ownDescriptors}/${descriptor}`) === path;
  } catch {
    return false; // closed in the meantime
  }
}

/** Closes a descriptor that may be closed already. */
export function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // closed already
  }
}

class MasterReader extends Readable {
  readonly #master: ReadStream;
  readonly #mark: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #settle: (() => void) | undefined;
  #looking = false;
  #sinceMark: number | undefined;
  #done = false;
  #discarding = false;
  #quiet: NodeJS.Timeout | undefined;

  constructor(master: ReadStream, mark: Buffer) {
    super({ highWaterMark: 64 * 1024 });
    this.#master = master;
    this.#mark = mark;
    master.on('data', (chunk: Buffer) => this.#take(chunk));
    master.on('error', () => this.#end());
    master.on('end', () => this.#end());
    master.pause();
  }

  override _read(): void {
    if (!this.#done) this.#master.resume();
    this.#watchQuiet();
  }

  /** Whoever stops listening must not block the program: the rest is read and thrown away. */
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
