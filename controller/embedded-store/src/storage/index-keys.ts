import { createHash } from 'node:crypto';

import { KeyWriter, tags, writeKey } from '../bson/sort-key.js';
import { hasField, isDoc, MISSING, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { matches } from '../query/match.js';
import { indexOf, type Path } from '../query/path.js';
import type { Index, IndexField } from './index-definition.js';

/** LMDB takes keys of 1978 bytes; longer ones keep their beginning and end in a hash. */
const longestKeyBytes = 1600;
export const keptKeyBytes = 1500;
const hashBytes = 32;

/** Stands for an empty array, which sorts before null. */
const EMPTY_ARRAY: unique symbol = Symbol('empty array');

/** The keys of one document in an index, and which fields had arrays. */
export interface DocumentKeys {
  readonly keys: readonly Buffer[];
  readonly multikey: readonly boolean[] | undefined;
}

const none: DocumentKeys = { keys: [], multikey: undefined };

/** All keys under which an index finds a document; none where a sparse or partial index leaves it out. */
export function keysOf(index: Index, doc: Doc): DocumentKeys {
  if (index.partialFilter && !matches(index.partialFilter, doc)) return none;
  const starts = index.fields.map(({ path }): Branch => descend(doc, path, 0));
  if (starts.every(({ array }) => !array)) {
    const values = starts.map(({ value }) => value);
    if (index.sparse && values.every((value) => value === MISSING)) return none;
    return { keys: [composeKey(index.fields, values)], multikey: undefined };
  }
  const rows = expand(starts).filter((row) => !index.sparse || row.some((value) => value !== MISSING));
  const distinct = new Map(rows.map((row) => composeKey(index.fields, row)).map((key) => [key.toString('latin1'), key]));
  return { keys: [...distinct.values()], multikey: starts.map(({ array }) => array !== undefined) };
}

/** How far a path could be followed without choosing an element of an array. */
interface Branch {
  readonly value: unknown;
  readonly path: Path;
  readonly at: number;
  readonly array: readonly unknown[] | undefined;
}

function descend(from: unknown, path: Path, start: number): Branch {
  let value = from;
  let at = start;
  for (; at < path.length; at++) {
    const part = path[at] ?? '';
    if (Array.isArray(value)) {
      const index = indexOf(part);
      if (index === undefined || index >= value.length) return { value, path, at, array: value };
      value = value[index];
      continue;
    }
    if (!isDoc(value) || !hasField(value, part)) return { value: MISSING, path, at: path.length, array: undefined };
    value = value[part];
  }
  return { value, path, at, array: Array.isArray(value) ? value : undefined };
}

/** One row of values for every element of the array that the branches share. */
function expand(branches: readonly Branch[]): unknown[][] {
  const array = branches.find((branch) => branch.array)?.array;
  if (!array) return [branches.map(({ value }) => value)];
  if (branches.some((branch) => branch.array && branch.array !== array)) {
    const names = branches.filter((branch) => branch.array).map(({ path }) => path.join('.'));
    throw new CommandError('CannotIndexParallelArrays', `cannot index parallel arrays [${names.join('] [')}]`);
  }
  const items: readonly unknown[] = array.length > 0 ? array : [EMPTY_ARRAY];
  return items.flatMap((item) => expand(branches.map((branch) => (branch.array ? enter(branch, item) : branch))));
}

function enter({ path, at }: Branch, item: unknown): Branch {
  if (at === path.length) return { value: item, path, at, array: undefined };
  if (item === EMPTY_ARRAY || Array.isArray(item)) return { value: MISSING, path, at: path.length, array: undefined };
  return descend(item, path, at);
}

const writer = new KeyWriter();

function composeKey(fields: readonly IndexField[], values: readonly unknown[]): Buffer {
  writer.reset();
  for (const [place, { descending }] of fields.entries()) appendField(writer, values[place], descending);
  return shortened(writer.take());
}

/** Appends one field's part of a compound key. */
export function appendField(to: KeyWriter, value: unknown, descending: boolean): void {
  const start = to.length;
  if (value === EMPTY_ARRAY) to.byte(tags.emptyArray);
  else writeKey(to, value);
  if (descending) to.invertFrom(start);
}

/** Whether a key has lost its end: it still finds what equals it, but orders it no more. */
export function isShortened(key: Buffer): boolean {
  return key.length === keptKeyBytes + hashBytes;
}

function shortened(key: Buffer): Buffer {
  if (key.length <= longestKeyBytes) return key;
  return Buffer.concat([key.subarray(0, keptKeyBytes), createHash('sha256').update(key).digest()]);
}
