import { KeyWriter, sortKey, tags } from '../bson/sort-key.js';
import { isDoc, isNumber, MISSING, toNumber, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { splitPath, walkPath } from '../query/path.js';
import type { SortField } from './served-sort.js';

/** Reads a sort document: 1 or -1 for each field. */
export function parseSort(sort: unknown): SortField[] {
  if (sort === undefined) return [];
  if (!isDoc(sort)) throw new CommandError('TypeMismatch', 'sort must be an object');
  return Object.entries(sort).map(([name, direction]) => {
    if (isDoc(direction)) throw new CommandError('NotImplemented', 'the embedded store does not support sorting by $meta');
    const number = isNumber(direction) ? toNumber(direction) : 0;
    if (number !== 1 && number !== -1) {
      throw new CommandError('BadValue', `$sort key ordering must be 1 (for ascending) or -1 (for descending)`);
    }
    return { name, descending: number < 0 };
  });
}

/** A byte string that orders documents as the sort demands: of arrays, the least or greatest element counts. */
export function orderKey(doc: Doc, sort: readonly SortField[]): Buffer {
  const writer = new KeyWriter();
  for (const { name, descending } of sort) {
    const start = writer.length;
    writer.bytes(chosenKey(doc, name, descending));
    if (descending) writer.invertFrom(start);
  }
  return writer.take();
}

const emptyArrayKey = Buffer.from([tags.emptyArray]);

function chosenKey(doc: Doc, name: string, greatest: boolean): Buffer {
  const keys: Buffer[] = [];
  const visit = (value: unknown) => {
    if (!Array.isArray(value)) keys.push(sortKey(typeof value === 'symbol' ? MISSING : value));
    else if (value.length === 0) keys.push(emptyArrayKey);
    else if (keys.length === 0) keys.push(sortKey(value));
    return false;
  };
  walkPath(doc, { path: splitPath(name), intoLastArray: true, visit });
  const [first, ...others] = keys;
  if (!first) return sortKey(null);
  return others.reduce((best, key) => (Buffer.compare(key, best) > 0 === greatest ? key : best), first);
}

/** Keeps the first `most` items by key, without ever holding many more. */
export class Ranking<T> {
  #items: { key: Buffer; item: T }[] = [];

  constructor(private readonly most: number) {}

  add(key: Buffer, item: T): void {
    this.#items.push({ key, item });
    if (this.#items.length > 2 * this.most + 1000) this.#trim();
  }

  /** The items in order; equal keys keep the order in which they were added. */
  items(): T[] {
    this.#trim();
    return this.#items.map(({ item }) => item);
  }

  #trim(): void {
    this.#items.sort((left, right) => Buffer.compare(left.key, right.key));
    if (this.#items.length > this.most) this.#items.length = this.most;
  }
}

/** Sorts whole documents in memory, for pipelines. */
export function sortDocuments<T extends Doc>(docs: readonly T[], sort: readonly SortField[]): T[] {
  const ranking = new Ranking<T>(Infinity);
  for (const doc of docs) ranking.add(orderKey(doc, sort), doc);
  return ranking.items();
}
