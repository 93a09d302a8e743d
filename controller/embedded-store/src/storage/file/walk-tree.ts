import { headerBytes, PageDamage, type Page, type PageFile, type Tree } from './page-file.js';

/** One key with its value, as a leaf page holds them. */
export interface Entry {
  readonly key: Buffer;
  /** Reads the value; only needed by who looks into it. */
  readonly value: () => Buffer;
  /** The value is the record of a named tree. */
  readonly isTree: boolean;
}

export interface Walk {
  readonly file: PageFile;
  /** Pages that belong to some tree: none may belong to two. */
  readonly seen: PageSet;
  /** `bytes`: keys in the order of their bytes. `number`: eight bytes, little-endian. */
  readonly order: 'bytes' | 'number';
}

const nodeHeaderBytes = 8;
const longestKeyBytes = 1_978;
const deepest = 32;
const flags = { overflow: 1, tree: 2, duplicates: 4 } as const;

/** All entries of a tree in order. Checks each page before anything in it is used; throws `PageDamage` at the first fault. */
export function* walkTree(walk: Walk, tree: Tree): Generator<Entry> {
  const counts = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
  if (tree.root !== undefined) yield* below(walk, { number: tree.root, level: 1, tree, counts, last: { key: undefined } });
  for (const name of ['branchPages', 'leafPages', 'overflowPages', 'entries'] as const)
    if (counts[name] !== tree[name]) throw new PageDamage(`a tree has ${counts[name]} ${words[name]}, ${tree[name]} are recorded`);
}

const words = { branchPages: 'branch pages', leafPages: 'leaf pages', overflowPages: 'overflow pages', entries: 'entries' } as const;

interface Below {
  readonly number: number;
  readonly level: number;
  readonly tree: Tree;
  readonly counts: { branchPages: number; leafPages: number; overflowPages: number; entries: number };
  readonly last: { key: Buffer | undefined };
}

function* below(walk: Walk, place: Below): Generator<Entry> {
  const { file, seen } = walk;
  const { number, level, tree, counts } = place;
  if (level > tree.depth || level > deepest) throw new PageDamage(`page ${number} lies deeper than its tree`);
  const page = file.page(number);
  seen.add(number);
  if (page.transaction > file.head.transaction) throw new PageDamage(`page ${number} comes from a transaction that was never committed`);
  if (page.kind === 'branch') {
    counts.branchPages += 1;
    for (const node of nodesOf(page, file.head.pageBytes, 2)) yield* below(walk, { ...place, number: node.child, level: level + 1 });
    return;
  }
  if (page.kind !== 'leaf') throw new PageDamage(`page ${number} is of a kind that does not belong into a tree`);
  if (level !== tree.depth) throw new PageDamage(`page ${number} ends its tree too early`);
  counts.leafPages += 1;
  for (const node of nodesOf(page, file.head.pageBytes, 1)) {
    checkOrder(walk, place, node.key);
    counts.entries += 1;
    yield entryOf(walk, place, page, node);
  }
}

interface Node {
  readonly key: Buffer;
  readonly flags: number;
  readonly valueBytes: number;
  readonly valueAt: number;
  readonly child: number;
}

/** The nodes of a page, each found to lie within it. */
function* nodesOf({ number, kind, lower, upper, bytes }: Page, pageBytes: number, least: number): Generator<Node> {
  const room = pageBytes - headerBytes;
  const count = lower >> 1;
  if (lower > upper || upper > room || count < least) throw new PageDamage(`page ${number} has an impossible header`);
  for (let index = 0; index < count; index++) {
    const start = bytes.readUInt16LE(headerBytes + 2 * index);
    if (start < upper || start + nodeHeaderBytes > room) throw new PageDamage(`page ${number} points outside of itself`);
    const at = headerBytes + start;
    const low = bytes.readUInt16LE(at) + bytes.readUInt16LE(at + 2) * 65_536;
    const nodeFlags = bytes.readUInt16LE(at + 4);
    const keyBytes = bytes.readUInt16LE(at + 6);
    const valueAt = at + nodeHeaderBytes + keyBytes;
    const inPage = kind === 'branch' ? 0 : (nodeFlags & flags.overflow) === 0 ? low : overflowRecordBytes;
    if (keyBytes > longestKeyBytes || valueAt + inPage > pageBytes)
      throw new PageDamage(`page ${number} has a node that reaches beyond it`);
    const key = bytes.subarray(at + nodeHeaderBytes, valueAt);
    yield { key, flags: nodeFlags, valueBytes: low, valueAt, child: low + nodeFlags * 2 ** 32 };
  }
}

/** Where a value lies that has pages of its own: its first page, a transaction, the number of pages. */
const overflowRecordBytes = 24;

function entryOf({ file, seen }: Walk, { counts }: Below, page: Page, node: Node): Entry {
  if ((node.flags & ~(flags.overflow | flags.tree)) !== 0) throw new PageDamage(`page ${page.number} has a node of an unknown kind`);
  const isTree = (node.flags & flags.tree) !== 0;
  if ((node.flags & flags.overflow) === 0)
    return { key: node.key, isTree, value: () => page.bytes.subarray(node.valueAt, node.valueAt + node.valueBytes) };
  const first = Number(page.bytes.readBigUInt64LE(node.valueAt));
  const { kind, pages, transaction } = file.page(first);
  const needed = Math.floor((headerBytes - 1 + node.valueBytes) / file.head.pageBytes) + 1;
  if (kind !== 'overflow' || pages !== needed)
    throw new PageDamage(`page ${first} does not hold the long value that page ${page.number} names`);
  if (transaction > file.head.transaction) throw new PageDamage(`page ${first} comes from a transaction that was never committed`);
  for (let number = first; number < first + pages; number++) seen.add(number);
  counts.overflowPages += pages;
  return { key: node.key, isTree, value: () => file.overflow(first, node.valueBytes) };
}

function checkOrder({ order }: Walk, { last, number }: Below, key: Buffer): void {
  if (order === 'number' && key.length !== 8) throw new PageDamage(`page ${number} has a key that is no number`);
  const before = last.key;
  last.key = key;
  if (before === undefined) return;
  const difference = order === 'bytes' ? Buffer.compare(before, key) : Number(before.readBigUInt64LE() - key.readBigUInt64LE());
  if (difference >= 0) throw new PageDamage(`page ${number} has keys that are not in order`);
}

/** Pages that were come upon, one bit each. */
export class PageSet {
  private readonly bits: Uint8Array;
  size = 0;

  constructor(private readonly lastPage: number) {
    this.bits = new Uint8Array((lastPage >> 3) + 1);
  }

  has(number: number): boolean {
    return ((this.bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    if (number > this.lastPage) throw new PageDamage(`page ${number} does not exist: the last one is ${this.lastPage}`);
    if (this.has(number)) throw new PageDamage(`page ${number} is used twice`);
    this.bits[number >> 3] = (this.bits[number >> 3] ?? 0) | (1 << (number & 7));
    this.size += 1;
  }
}
