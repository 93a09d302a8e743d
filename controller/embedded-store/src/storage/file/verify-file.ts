import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { PageDamage, PageFile, readTree, type Tree } from './page-file.js';
import { PageSet, walkTree, type Entry, type Walk } from './walk-tree.js';

export type TreeName = 'meta' | 'documents' | 'entries';

export interface Visitor {
  /** Called with each key and value of a tree, in the order of the keys. Throws where it is wrong. */
  entry(tree: TreeName, entry: Entry): void;
}

export interface VerifyOptions {
  /** Looks into the values, too. */
  readonly visitor?: Visitor;
  /** Stops without a verdict after so many milliseconds. */
  readonly withinMs?: number;
}

/** Entries between two looks at the clock, and two turns of the event loop. */
const entriesAtOnce = 2_000;
const treeNames: readonly TreeName[] = ['meta', 'documents', 'entries'];

/**
 * Reads the data file of a folder from its head to its last leaf without mapping it, and throws `PageDamage` where it is
 * not what LMDB writes. The file must not be written meanwhile. A missing file is sound. False: there was not enough time.
 */
export async function verifyFile(folder: string, { visitor, withinMs = Infinity }: VerifyOptions = {}): Promise<boolean> {
  const path = join(folder, 'data.mdb');
  if (!existsSync(path)) return true;
  const file = PageFile.open(path);
  try {
    const until = performance.now() + withinMs;
    const seen = new PageSet(file.head.lastPage);
    const inTime = async (entries: Generator<Entry>, each: (entry: Entry) => void): Promise<boolean> => {
      let count = 0;
      for (const entry of entries) {
        each(entry);
        count += 1;
        if (count % entriesAtOnce !== 0) continue;
        if (performance.now() > until) return false;
        await nextTurn();
      }
      return true;
    };
    const trees = namedTrees({ file, seen, order: 'bytes' });
    for (const name of treeNames) {
      const tree = trees.get(name);
      if (!tree) continue;
      const whole = await inTime(walkTree({ file, seen, order: 'bytes' }, tree), (entry) => visitor?.entry(name, entry));
      if (!whole) return false;
    }
    return await inTime(walkTree({ file, seen, order: 'number' }, file.head.freeTree), (entry) => checkFree(entry, seen));
  } finally {
    file.close();
  }
}

function namedTrees(walk: Walk): ReadonlyMap<string, Tree> {
  const trees = new Map<string, Tree>();
  for (const { key, isTree, value } of walkTree(walk, walk.file.head.mainTree))
    if (isTree) trees.set(key.toString('latin1').replace(/\0$/, ''), readTree(value()));
  if (trees.size > 0) for (const name of treeNames) if (!trees.has(name)) throw new PageDamage(`the tree of ${name} is missing`);
  return trees;
}

/** Free pages may be written at any time, so that one that is in use must not be among them. A negative number is the length of a block. */
function checkFree({ value }: Entry, used: PageSet): void {
  const list = value();
  const count = list.length >= 8 ? Number(list.readBigInt64LE(0)) : -1;
  if (count < 0 || (count + 1) * 8 > list.length) throw new PageDamage('a list of free pages has an impossible length');
  for (let index = 1; index <= count; index++) {
    const number = Number(list.readBigInt64LE(index * 8));
    if (number > 1 && used.has(number)) throw new PageDamage(`page ${number} is in use and listed as free`);
  }
}
