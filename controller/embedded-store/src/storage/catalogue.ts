import { decode, encode } from '../bson/codec.js';
import { isDoc, isNumber, toNumber, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { Collection } from './collection.js';
import type { Environment } from './environment.js';
import { prepareIndex, type Index, type IndexRecord } from './index-definition.js';
import { idPrefix, successor } from './keys.js';
import { damagedValue, openDocument, openValue, sealValue } from './sealed-value.js';

export const collectionPrefix = Buffer.from('collection:');
export const countPrefix = Buffer.from('count:');
export const lastIdKey = Buffer.from('last-id');

/** All collections by namespace. Its memory mirrors the meta tree, and is read again after an aborted transaction. */
export class Catalogue {
  #collections = new Map<string, Collection>();
  #lastId = 0;

  constructor(private readonly environment: Environment) {
    this.reload();
  }

  /** Reads everything from the files. */
  reload(): void {
    const { meta } = this.environment;
    const collections = new Map<string, Collection>();
    const lastId = this.#number(lastIdKey, 4)?.readUInt32BE(0) ?? 0;
    for (const { key, value } of meta.getRange({ start: collectionPrefix, end: successor(collectionPrefix) })) {
      const bytes = openDocument(key, value);
      if (!bytes) throw damagedValue('The definition of a collection');
      const record = parseCollection(decode(bytes));
      const count = this.#number(Buffer.concat([countPrefix, idPrefix(record.id)]), 8)?.readDoubleBE(0) ?? 0;
      const collection = new Collection(this.environment, record, count);
      collections.set(collection.namespace, collection);
    }
    this.#collections = collections;
    this.#lastId = lastId;
  }

  #number(key: Buffer, length: number): Buffer | undefined {
    const value = this.environment.meta.getBinary(key);
    const bytes = value && openValue(key, value, length);
    if (value && !bytes) throw damagedValue('A number of the catalogue');
    return bytes;
  }

  /** The collection of that name, if there is one. */
  find(db: string, name: string): Collection | undefined {
    return this.#collections.get(`${db}.${name}`);
  }

  /** The collection with that number, if it is still there. */
  byId(id: number): Collection | undefined {
    return this.all().find((collection) => collection.id === id);
  }

  /** All collections. */
  all(): Collection[] {
    return [...this.#collections.values()];
  }

  /** The collection of that name, made if it is not there. */
  ensure(db: string, name: string): Collection {
    return this.find(db, name) ?? this.create(db, name, {});
  }

  /** Makes a collection with its `_id` index. */
  create(db: string, name: string, options: Doc): Collection {
    checkNamespace(db, name);
    const id = this.nextId();
    const idIndex = prepareIndex({ ...plainIndex, id: this.nextId() });
    const collection = new Collection(this.environment, { id, db, name, options, indexes: [idIndex] }, 0);
    collection.definitionChanged = true;
    collection.countChanged = true;
    this.#collections.set(collection.namespace, collection);
    return collection;
  }

  /** Removes a collection with everything in it. */
  drop(collection: Collection): void {
    collection.clear();
    this.environment.meta.removeSync(Buffer.concat([collectionPrefix, idPrefix(collection.id)]));
    this.environment.meta.removeSync(Buffer.concat([countPrefix, idPrefix(collection.id)]));
    this.#collections.delete(collection.namespace);
  }

  /** Gives a collection another name. */
  rename(collection: Collection, db: string, name: string): void {
    checkNamespace(db, name);
    this.#collections.delete(collection.namespace);
    collection.redefine({ db, name });
    this.#collections.set(collection.namespace, collection);
  }

  /** A number for a new collection or index; never given twice. */
  nextId(): number {
    this.#lastId += 1;
    this.environment.meta.putSync(lastIdKey, sealValue(lastIdKey, idPrefix(this.#lastId)));
    return this.#lastId;
  }

  #put(key: Buffer, bytes: Buffer): void {
    this.environment.meta.putSync(key, sealValue(key, bytes));
  }

  /** Writes what changed in memory; the last thing in every transaction. */
  flush(): void {
    for (const collection of this.#collections.values()) {
      const key = idPrefix(collection.id);
      if (collection.definitionChanged) {
        this.#put(Buffer.concat([collectionPrefix, key]), encode(describeCollection(collection)));
        collection.definitionChanged = false;
      }
      if (collection.countChanged) {
        const count = Buffer.alloc(8);
        count.writeDoubleBE(collection.count, 0);
        this.#put(Buffer.concat([countPrefix, key]), count);
        collection.countChanged = false;
      }
    }
  }
}

const plainIndex: Omit<IndexRecord, 'id'> = {
  name: '_id_',
  key: { _id: 1 },
  unique: true,
  sparse: false,
  hidden: false,
  partial: undefined,
  expireAfterSeconds: undefined,
  multikey: [false],
  longKeys: false,
};

function checkNamespace(db: string, name: string): void {
  const valid = name !== '' && !name.includes('\0') && !name.includes('$') && !name.startsWith('.') && !/[/\\. "$\0]/.test(db);
  if (!valid) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
  if (Buffer.byteLength(`${db}.${name}`) > 255) throw new CommandError('InvalidNamespace', 'the namespace is longer than 255 bytes');
}

function describeCollection({ definition }: Collection): Doc {
  const { id, db, name, options, indexes } = definition;
  return { id, db, name, options, indexes: indexes.map(storedIndex) };
}

function storedIndex({ id, name, key, unique, sparse, hidden, partial, expireAfterSeconds, multikey, longKeys }: Index): Doc {
  return {
    id,
    name,
    key,
    unique,
    sparse,
    hidden,
    multikey,
    ...(longKeys ? { longKeys } : {}),
    ...(partial ? { partial } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
  };
}

/** Reads a stored definition; throws where it is none. */
export function parseCollection(doc: Doc): { id: number; db: string; name: string; options: Doc; indexes: Index[] } {
  const { id, db, name, options, indexes } = doc;
  if (!isNumber(id) || typeof db !== 'string' || typeof name !== 'string' || !isDoc(options) || !Array.isArray(indexes)) {
    throw new TypeError('the catalogue holds an entry that is no collection');
  }
  return { id: toNumber(id), db, name, options, indexes: indexes.filter(isDoc).map(parseIndex) };
}

function parseIndex(doc: Doc): Index {
  const { id, name, key, partial, expireAfterSeconds, multikey } = doc;
  if (!isNumber(id) || typeof name !== 'string' || !isDoc(key)) throw new TypeError('the catalogue holds an entry that is no index');
  return prepareIndex({
    id: toNumber(id),
    name,
    key,
    unique: doc['unique'] === true,
    sparse: doc['sparse'] === true,
    hidden: doc['hidden'] === true,
    partial: isDoc(partial) ? partial : undefined,
    expireAfterSeconds: isNumber(expireAfterSeconds) ? toNumber(expireAfterSeconds) : undefined,
    multikey: Array.isArray(multikey) ? multikey.map((array) => array === true) : [],
    longKeys: doc['longKeys'] === true,
  });
}
