import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readdirSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { Burst } from './burst.js';
import { MasterReader } from './master-reader.js';

interface PtyPair {
  readonly master: ReadStream;
  /** The descriptor of the master; undefined where the stream doesn't tell. */
  readonly masterDescriptor: number | undefined;
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
  /** Closes everything at once; what was not read is lost. */
  discard(): void;
}

/**
 * A pseudo-terminal whose slave side stays open here until the master is drained: a hang-up would cost the tail.
 * The end is found by writing a random mark into the slave side after the program: bytes keep their order.
 */
export function openPty(size: { readonly columns: number; readonly rows: number }): PtyOutput {
  const { master, masterDescriptor, slave, path } = openPair(size);
  const mark = randomBytes(16).toString('hex');
  const reader = new MasterReader(master, { mark: Buffer.from(mark), burst: new Burst(masterDescriptor) });
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

interface OpenDescriptor {
  readonly _handle?: { readonly fd: number };
}

interface NodePty {
  open(options: { readonly cols: number; readonly rows: number; readonly encoding: null }): {
    readonly master: ReadStream & OpenDescriptor;
    readonly slave: ReadStream & OpenDescriptor;
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
  const masterDescriptor = pair.master._handle?.fd;
  closeForgotten(pair.ptsName, { master: masterDescriptor, used: pair.slave._handle?.fd });
  return { master: pair.master, masterDescriptor, slave: pair.slave, path: pair.ptsName };
}

/** The stream opens the slave side again for itself; the descriptor that it was made from would stay open for ever. */
function closeForgotten(path: string, { master, used }: { readonly master: number | undefined; readonly used: number | undefined }): void {
  if (used === undefined) return;
  const between = master === undefined ? [] : Array.from({ length: Math.max(0, used - master - 1) }, (_, index) => master + 1 + index);
  const forgotten =
    between.find((descriptor) => leadsTo(descriptor, path)) ?? // opened right behind the master, unless another thread was quicker
    readdirSync(ownDescriptors)
      .map(Number)
      .find((descriptor) => descriptor > 2 && descriptor !== used && leadsTo(descriptor, path));
  if (forgotten !== undefined) closeQuietly(forgotten);
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
