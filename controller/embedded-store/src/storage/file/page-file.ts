import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** How LMDB lays out its pages, on the little-endian 64-bit machines that the store runs on. */
export const headerBytes = 24;
/** Where a page's header, behind number and transaction, keeps its type and the ends of its free room (or its length in pages). */
const at = { number: 0, transaction: 8, flags: 18, lower: 20, upper: 22, pages: 20 } as const;
/** Where a head page keeps what is needed here. */
const head = { magic: 24, version: 28, pageBytes: 48, freeTree: 48, mainTree: 96, lastPage: 144, transaction: 152, end: 160 } as const;
const magic = 0xbeefc0de;
const treeBytes = 48;
const noRoot = 0xffff_ffff_ffff_ffffn;

/** What LMDB records about a tree. */
export interface Tree {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Undefined: the tree is empty. */
  readonly root: number | undefined;
}

export interface Head {
  readonly transaction: bigint;
  readonly lastPage: number;
  readonly pageBytes: number;
  readonly freeTree: Tree;
  readonly mainTree: Tree;
}

export interface Page {
  readonly number: number;
  readonly transaction: bigint;
  readonly kind: 'branch' | 'leaf' | 'overflow' | 'other';
  readonly lower: number;
  readonly upper: number;
  readonly pages: number;
  readonly bytes: Buffer;
}

/** The file does not have the form that LMDB gave it. The message says where. */
export class PageDamage extends Error {}

/** Reads the pages of `data.mdb` as plain bytes: whatever is in them, nothing of it is trusted or mapped. */
export class PageFile {
  private constructor(
    private readonly file: number,
    readonly head: Head,
  ) {}

  static open(path: string): PageFile {
    const file = openSync(path, 'r');
    try {
      return new PageFile(file, newestHead(file));
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  close(): void {
    closeSync(this.file);
  }

  page(number: number): Page {
    const { pageBytes, lastPage } = this.head;
    if (number < 2 || number > lastPage) throw new PageDamage(`page ${number} does not exist: the last one is ${lastPage}`);
    const bytes = this.read(number * pageBytes, pageBytes);
    const stated = Number(bytes.readBigUInt64LE(at.number));
    if (stated !== number) throw new PageDamage(`page ${number} states the number ${stated}`);
    return {
      number,
      transaction: bytes.readBigUInt64LE(at.transaction),
      kind: kindOf(bytes.readUInt16LE(at.flags)),
      lower: bytes.readUInt16LE(at.lower),
      upper: bytes.readUInt16LE(at.upper),
      pages: bytes.readUInt32LE(at.pages),
      bytes,
    };
  }

  /** The value of `size` bytes that begins in overflow page `first`. */
  overflow(first: number, size: number): Buffer {
    return this.read(first * this.head.pageBytes + headerBytes, size);
  }

  private read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const found = readSync(this.file, bytes, 0, length, position);
    if (found === length) return bytes;
    // Pages at the end that were given out and never written may be missing from a healthy file.
    return bytes.fill(0, found);
  }
}

function kindOf(flags: number): Page['kind'] {
  switch (flags & 0x6f) {
    case 1:
      return 'branch';
    case 2:
      return 'leaf';
    case 4:
      return 'overflow';
    default:
      return 'other';
  }
}

function newestHead(file: number): Head {
  const first = readHead(file, 0);
  if (!first) throw new PageDamage('data.mdb does not begin as a store does');
  const second = readHead(file, first.pageBytes);
  if (!second) throw new PageDamage('the second head page is not one');
  if (second.pageBytes !== first.pageBytes) throw new PageDamage('the two head pages disagree about the size of pages');
  const newest = second.transaction > first.transaction ? second : first;
  const bytes = fstatSync(file).size;
  if (newest.lastPage * newest.pageBytes > bytes + mostMissingBytes)
    throw new PageDamage(`data.mdb has ${bytes} bytes; its head states ${newest.lastPage + 1} pages of ${newest.pageBytes}`);
  return newest;
}
const mostMissingBytes = 256 * 4_096;

function readHead(file: number, position: number): Head | undefined {
  const bytes = Buffer.alloc(head.end);
  if (readSync(file, bytes, 0, head.end, position) < head.end || bytes.readUInt32LE(head.magic) !== magic) return undefined;
  const pageBytes = bytes.readUInt32LE(head.pageBytes);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return undefined;
  return {
    pageBytes,
    transaction: bytes.readBigUInt64LE(head.transaction),
    lastPage: Number(bytes.readBigUInt64LE(head.lastPage)),
    freeTree: readTree(bytes.subarray(head.freeTree)),
    mainTree: readTree(bytes.subarray(head.mainTree)),
  };
}

/** The record of a tree: in a head page, or as the value of a named tree. */
export function readTree(bytes: Buffer): Tree {
  if (bytes.length < treeBytes) throw new PageDamage('the record of a tree is too short');
  const root = bytes.readBigUInt64LE(40);
  return {
    depth: bytes.readUInt16LE(6),
    branchPages: Number(bytes.readBigUInt64LE(8)),
    leafPages: Number(bytes.readBigUInt64LE(16)),
    overflowPages: Number(bytes.readBigUInt64LE(24)),
    entries: Number(bytes.readBigUInt64LE(32)),
    root: root === noRoot ? undefined : Number(root),
  };
}
