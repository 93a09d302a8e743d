import { decode, maxDocumentBytes } from '../bson/codec.js';
import { isTooDeep, mostLevels } from '../bson/depth.js';
import type { Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import type { Environment } from './environment.js';
import { removeRange } from './environment.js';
import type { Index } from './index-definition.js';
import { isShortened, keysOf, type DocumentKeys } from './index-keys.js';
import { documentKey, idPrefix, recordBytes, recordOf, successor } from './keys.js';
import { damagedValue, openDocument, sealKey, sealValue } from './sealed-value.js';

/** What is stored about a collection, apart from its documents. */
export interface CollectionRecord {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly options: Doc;
  readonly indexes: readonly Index[];
}

/** A document with its place and the bytes it is stored as. */
export interface StoredDocument {
  readonly record: number;
  readonly bytes: Buffer;
  readonly doc: Doc;
}

/** Documents of one collection together with their index entries; every change is part of the running transaction. */
export class Collection {
  #record: CollectionRecord;
  #nextRecord: number | undefined;
  /** Documents in the collection. */
  count: number;
  /** Whether `count` or the definition has to be written before the commit. */
  countChanged = false;
  definitionChanged = false;

  constructor(
    private readonly environment: Environment,
    record: CollectionRecord,
    count: number,
  ) {
    this.#record = record;
    this.count = count;
  }

  get definition(): CollectionRecord {
    return this.#record;
  }

  get id(): number {
    return this.#record.id;
  }

  get indexes(): readonly Index[] {
    return this.#record.indexes;
  }

  get namespace(): string {
    return `${this.#record.db}.${this.#record.name}`;
  }

  /** Replaces the definition (indexes, name, options). */
  redefine(change: Partial<CollectionRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.definitionChanged = true;
  }

  /** Adds a document; nothing of it is written where a unique index refuses it. */
  insert(bytes: Buffer, doc: Doc): number {
    checkStorable(bytes, doc);
    const entries = this.indexes.map((index) => ({ index, ...keysOf(index, doc) }));
    for (const { index, keys } of entries) this.#checkUnique(index, keys, doc);
    const record = this.#takeRecord();
    this.#write(record, bytes);
    for (const { index, keys, multikey } of entries) {
      for (const key of keys) this.#putEntry(index, key, record);
      this.#note(index, { keys, multikey });
    }
    this.count += 1;
    this.countChanged = true;
    return record;
  }

  /** Puts a new version of a document in its place; only index keys that changed are touched. */
  replace(old: StoredDocument, bytes: Buffer, doc: Doc): void {
    checkStorable(bytes, doc);
    const changes = this.indexes.map((index) => ({ index, ...difference(keysOf(index, old.doc), keysOf(index, doc)) }));
    for (const { index, added } of changes) this.#checkUnique(index, added, doc);
    this.#write(old.record, bytes);
    for (const { index, added, removed, multikey } of changes) {
      for (const key of removed) this.#removeEntry(index, key, old.record);
      for (const key of added) this.#putEntry(index, key, old.record);
      this.#note(index, { keys: added, multikey });
    }
  }

  /** Removes a document and its index entries. */
  remove(old: StoredDocument): void {
    for (const index of this.indexes) {
      for (const key of keysOf(index, old.doc).keys) this.#removeEntry(index, key, old.record);
    }
    this.environment.documents.removeSync(documentKey(this.id, old.record));
    this.count -= 1;
    this.countChanged = true;
  }

  /** The bytes of a document, or nothing if it is gone. */
  read(record: number): Buffer | undefined {
    const key = documentKey(this.id, record);
    const value = this.environment.documents.getBinary(key);
    return value && this.#open(key, value);
  }

  /** A document in decoded form, or nothing if it is gone. */
  load(record: number): StoredDocument | undefined {
    const bytes = this.read(record);
    return bytes && { record, bytes, doc: decode(bytes) };
  }

  /** All documents from a place on, in the order of insertion. */
  *scan(from = 0): Generator<{ record: number; bytes: Buffer }> {
    const start = documentKey(this.id, from);
    const end = successor(idPrefix(this.id));
    for (const { key, value } of this.environment.documents.getRange({ start, end, snapshot: false })) {
      yield { record: recordOf(key), bytes: this.#open(key, value) };
    }
  }

  /** Fills a new index from the documents that are there; the caller adds it to the definition afterwards. */
  build(index: Index): Index {
    let built = index;
    for (const { record, bytes } of this.scan()) {
      const doc = decode(bytes);
      const found = keysOf(index, doc);
      this.#checkUnique(index, found.keys, doc);
      for (const key of found.keys) this.#putEntry(index, key, record);
      built = noted(built, found);
    }
    return built;
  }

  /** Removes damaged documents, makes all indexes again of the others, and counts them. Answers the bytes of what was removed. */
  salvage(): ReadonlyArray<{ readonly record: number; readonly bytes: Buffer }> {
    const { documents } = this.environment;
    const lost: Array<{ readonly key: Buffer; readonly bytes: Buffer }> = [];
    let count = 0;
    for (const { key, value } of documents.getRange({ start: documentKey(this.id, 0), end: successor(idPrefix(this.id)) })) {
      if (isReadable(openDocument(key, value))) count += 1;
      else lost.push({ key, bytes: value });
    }
    for (const { key } of lost) documents.removeSync(key);
    for (const index of this.indexes) this.clearIndex(index);
    this.redefine({ indexes: this.indexes.map((index) => this.build(index)) });
    this.count = count;
    this.countChanged = true;
    return lost.map(({ key, bytes }) => ({ record: recordOf(key), bytes }));
  }

  /** Removes all entries of an index. */
  clearIndex(index: Index): void {
    removeRange(this.environment.entries, idPrefix(index.id), successor(idPrefix(index.id)));
  }

  /** Removes all documents and entries. */
  clear(): void {
    for (const index of this.indexes) this.clearIndex(index);
    removeRange(this.environment.documents, idPrefix(this.id), successor(idPrefix(this.id)));
  }

  #write(record: number, bytes: Buffer): void {
    const key = documentKey(this.id, record);
    this.environment.documents.putSync(key, sealValue(key, bytes));
  }

  #open(key: Buffer, value: Buffer): Buffer {
    const bytes = openDocument(key, value);
    if (!bytes) throw damagedValue(`Document ${recordOf(key)} of ${this.namespace}`);
    return bytes;
  }

  #takeRecord(): number {
    this.#nextRecord ??= this.#lastRecord() + 1;
    return this.#nextRecord++;
  }

  #lastRecord(): number {
    const prefix = idPrefix(this.id);
    const range = { start: successor(prefix), end: prefix, reverse: true, limit: 1 };
    for (const key of this.environment.documents.getKeys(range)) {
      if (key.subarray(0, 4).equals(prefix)) return recordOf(key);
    }
    return 0;
  }

  #checkUnique(index: Index, keys: readonly Buffer[], doc: Doc): void {
    if (!index.unique) return;
    const taken = keys.some((key) => this.environment.entries.doesExist(Buffer.concat([idPrefix(index.id), key])));
    if (taken) throw duplicateKey(this.namespace, index, doc);
  }

  #putEntry(index: Index, key: Buffer, record: number): void {
    const { entries } = this.environment;
    if (index.unique) {
      const place = Buffer.concat([idPrefix(index.id), key]);
      entries.putSync(place, sealValue(place, recordBytes(record)));
    } else {
      const place = Buffer.concat([idPrefix(index.id), key, recordBytes(record)]);
      entries.putSync(place, sealKey(place));
    }
  }

  #removeEntry(index: Index, key: Buffer, record: number): void {
    const parts = [idPrefix(index.id), key];
    if (!index.unique) parts.push(recordBytes(record));
    this.environment.entries.removeSync(Buffer.concat(parts));
  }

  #note(index: Index, found: DocumentKeys): void {
    const next = noted(index, found);
    if (next !== index) this.redefine({ indexes: this.indexes.map((other) => (other.id === index.id ? noted(other, found) : other)) });
  }
}

/** The index with what its new keys say of it: whether there are arrays, and shortened keys. The same one if nothing is new. */
function noted(index: Index, { keys, multikey: arrays }: DocumentKeys): Index {
  const hasNewArrays = arrays?.some((array, place) => array && !index.multikey[place]) ?? false;
  const hasNewLength = !index.longKeys && keys.some(isShortened);
  if (!hasNewArrays && !hasNewLength) return index;
  const multikey = index.multikey.map((array, place) => array || arrays?.[place] === true);
  return { ...index, multikey, longKeys: index.longKeys || hasNewLength };
}

interface KeyDifference {
  readonly added: readonly Buffer[];
  readonly removed: readonly Buffer[];
  readonly multikey: readonly boolean[] | undefined;
}

function difference(before: DocumentKeys, after: DocumentKeys): KeyDifference {
  const { multikey } = after;
  const [old] = before.keys;
  const [current] = after.keys;
  if (before.keys.length === 1 && after.keys.length === 1 && old && current && old.equals(current)) {
    return { added: [], removed: [], multikey };
  }
  return { added: without(after.keys, before.keys), removed: without(before.keys, after.keys), multikey };
}

/** The keys that are not among the others; arrays can have very many. */
function without(keys: readonly Buffer[], others: readonly Buffer[]): Buffer[] {
  const known = new Set(others.map((key) => key.toString('latin1')));
  return keys.filter((key) => !known.has(key.toString('latin1')));
}

function checkStorable(bytes: Buffer, doc: Doc): void {
  if (bytes.length > maxDocumentBytes) {
    throw new CommandError(
      'BSONObjectTooLarge',
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${maxDocumentBytes}`,
    );
  }
  if (isTooDeep(doc)) throw new CommandError('Overflow', `a document may not have more than ${mostLevels} levels`);
}

function duplicateKey(namespace: string, index: Index, doc: Doc): CommandError {
  const keyValue = Object.fromEntries(index.fields.map(({ name, path }) => [name, shownValue(doc, path)]));
  const shown = Object.entries(keyValue).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: { ${shown.join(', ')} }`,
    { keyPattern: index.key, keyValue },
  );
}

function shownValue(doc: Doc, path: readonly string[]): unknown {
  let value: unknown = doc;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return null;
    value = new Map(Object.entries(value)).get(part);
  }
  return value ?? null;
}

function isReadable(bytes: Buffer | undefined): boolean {
  try {
    return bytes !== undefined && decode(bytes) !== undefined;
  } catch {
    return false;
  }
}
