import { crc32 } from 'node:zlib';

import { decode } from '../bson/codec.js';
import { parseCollection, collectionPrefix, countPrefix, lastIdKey } from '../storage/catalogue.js';
import type { CollectionRecord } from '../storage/collection.js';
import { PageDamage } from '../storage/file/page-file.js';
import { verifyFile, type TreeName } from '../storage/file/verify-file.js';
import type { Entry } from '../storage/file/walk-tree.js';
import { keysOf } from '../storage/index-keys.js';
import { idPrefix, recordBytes, recordIdBytes, recordOf } from '../storage/keys.js';
import { entryIsSound, openDocument, openValue } from '../storage/sealed-value.js';

export interface Verified {
  readonly collections: number;
  readonly documents: number;
  /** Sentences; empty where the store is sound. */
  readonly problems: readonly string[];
}

/** More problems than these say nothing new. */
const mostProblems = 20;

/**
 * Checks everything of a store that nobody writes to: the form of the file, the checksum of each value, and that indexes
 * and counts agree with the documents. Reads the file once, in constant memory.
 */
export async function verifyStore(folder: string): Promise<Verified> {
  const contents = new Contents();
  try {
    await verifyFile(folder, { visitor: contents });
    contents.compare();
  } catch (error) {
    if (!(error instanceof PageDamage)) throw error;
    contents.problem(error.message);
  }
  return { collections: contents.collections.size, documents: contents.documents, problems: contents.problems };
}

/** Of keys in any order: two sets that differ have another sum, but for one case in 2^64. */
class KeySum {
  count = 0;
  private low = 0;
  private high = 0;

  add(key: Buffer): void {
    this.count += 1;
    const first = crc32(key);
    this.low = (this.low + first) >>> 0;
    this.high = (this.high + Math.imul(crc32(key, (first ^ 0x5bd1e995) >>> 0), 0x9e3779b1)) >>> 0;
  }

  equals(other: KeySum): boolean {
    return this.count === other.count && this.low === other.low && this.high === other.high;
  }
}

interface Seen {
  readonly record: CollectionRecord;
  count: number;
}

class Contents {
  readonly problems: string[] = [];
  readonly collections = new Map<number, Seen>();
  documents = 0;
  private readonly expected = new Map<number, KeySum>();
  private readonly found = new Map<number, KeySum>();
  private readonly unique = new Set<number>();
  private readonly counts = new Map<number, number>();

  problem(text: string): void {
    if (this.problems.length < mostProblems) this.problems.push(text);
    else throw new PageDamage('there is more damage than is listed');
  }

  entry(tree: TreeName, { key, value }: Entry): void {
    if (tree === 'documents') this.document(key, value());
    else if (tree === 'entries') this.indexEntry(key, value());
    else this.meta(key, value());
  }

  /** Once everything was seen: what the documents say against what indexes and counts have. */
  compare(): void {
    for (const { record, count } of this.collections.values()) {
      const name = `${record.db}.${record.name}`;
      const stated = this.counts.get(record.id) ?? 0;
      if (stated !== count) this.problem(`${name} has ${count} documents, ${stated} are recorded.`);
      for (const index of record.indexes) {
        const [expected, found] = [this.expected.get(index.id) ?? new KeySum(), this.found.get(index.id) ?? new KeySum()];
        if (!expected.equals(found))
          this.problem(
            `Index ${index.name} of ${name} has ${found.count} entries that do not agree with the ${expected.count} of its documents.`,
          );
      }
    }
  }

  private meta(key: Buffer, value: Buffer): void {
    const id = (prefix: Buffer): number => key.readUInt32BE(prefix.length);
    if (key.equals(lastIdKey)) {
      if (!openValue(key, value, 4)) this.problem('The last number of a collection is damaged.');
    } else if (startsWith(key, countPrefix)) {
      const count = openValue(key, value, 8);
      if (count) this.counts.set(id(countPrefix), count.readDoubleBE(0));
      else this.problem(`The count of collection ${id(countPrefix)} is damaged.`);
    } else if (startsWith(key, collectionPrefix)) {
      const bytes = openDocument(key, value);
      const record = bytes && attempt(() => parseCollection(decode(bytes)));
      if (!record) return this.problem(`The definition of collection ${id(collectionPrefix)} is damaged.`);
      this.collections.set(record.id, { record, count: 0 });
      for (const index of record.indexes) if (index.unique) this.unique.add(index.id);
    }
  }

  private document(key: Buffer, value: Buffer): void {
    const collection = this.collections.get(key.readUInt32BE(0));
    if (!collection) return this.problem(`A document belongs to collection ${key.readUInt32BE(0)}, which does not exist.`);
    const record = recordOf(key);
    this.documents += 1;
    collection.count += 1;
    const bytes = openDocument(key, value);
    const doc = bytes && attempt(() => decode(bytes));
    if (!doc) return this.problem(`Document ${record} of ${collection.record.db}.${collection.record.name} is damaged.`);
    for (const index of collection.record.indexes) {
      const sum = this.expected.get(index.id) ?? new KeySum();
      this.expected.set(index.id, sum);
      for (const part of keysOf(index, doc).keys) sum.add(Buffer.concat([idPrefix(index.id), part, recordBytes(record)]));
    }
  }

  private indexEntry(key: Buffer, value: Buffer): void {
    const index = key.readUInt32BE(0);
    const record = this.unique.has(index) ? openValue(key, value, recordIdBytes) : Buffer.alloc(0);
    if (!record || !entryIsSound(key, value)) return this.problem(`An entry of index ${index} is damaged.`);
    const sum = this.found.get(index) ?? new KeySum();
    this.found.set(index, sum);
    sum.add(record.length === 0 ? key : Buffer.concat([key, record]));
  }
}

const startsWith = (key: Buffer, prefix: Buffer): boolean => key.subarray(0, prefix.length).equals(prefix);

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
