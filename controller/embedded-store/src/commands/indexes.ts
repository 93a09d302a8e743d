import { encode } from '../bson/codec.js';
import { isDoc, isNumber, toNumber, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { parseFilter } from '../query/filter.js';
import type { Collection } from '../storage/collection.js';
import { describeIndex, prepareIndex, sameKey, sameOptions, sameSignature, type Index } from '../storage/index-definition.js';
import { Arguments } from './arguments.js';
import { collectionName, targetOf, type Call, type Command } from './context.js';
import { listSource } from './read/cursors.js';
import { refuseUnsupported, unsupportedOptions } from './unsupported.js';

/** Commands about indexes. */
export const indexCommands: Readonly<Record<string, Command>> = {
  createIndexes: { writes: true, fields: ['indexes', 'commitQuorum'], run: createIndexes },
  listIndexes: { writes: false, fields: ['cursor'], run: listIndexes },
  dropIndexes: { writes: true, fields: ['index'], run: dropIndexes },
  collMod: { writes: true, fields: ['index', ...unsupportedOptions], run: collMod },
};

const indexFields = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'hidden',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'v',
  'ns',
  'collation',
]);

function createIndexes(call: Call): Doc {
  const { args, catalogue, db } = call;
  const name = collectionName(args, 'createIndexes');
  const existed = catalogue.find(db, name) !== undefined;
  const specs = args.documents('indexes');
  if (specs.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create');
  const wanted = specs.map((spec) => parseIndex(new Arguments('createIndexes.indexes', spec)));
  const collection = catalogue.ensure(db, name);
  const before = collection.indexes.length;
  // All are judged before any is built: a refusal leaves the collection's indexes as they were.
  const added = wanted.filter((index) => isNew(collection, index));
  const built: Index[] = [];
  for (const index of added) {
    const id = catalogue.nextId();
    try {
      built.push(collection.build({ ...index, id }));
    } catch (error) {
      for (const done of [...built, { ...index, id }]) collection.clearIndex(done);
      throw error;
    }
  }
  collection.redefine({ indexes: [...collection.indexes, ...built] });
  return {
    numIndexesBefore: before,
    numIndexesAfter: collection.indexes.length,
    createdCollectionAutomatically: !existed,
    ...(built.length === 0 ? { note: 'all indexes already exist' } : {}),
    ok: 1,
  };
}

function parseIndex(spec: Arguments): Index {
  spec.allow(indexFields);
  const key = parseKey(spec.document('key'));
  const name = spec.optionalString('name') ?? Object.entries(key).flat().join('_');
  const partial = spec.optionalDocument('partialFilterExpression');
  const sparse = spec.flag('sparse');
  if (partial && sparse) throw new CommandError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  if (partial) checkPartial(partial);
  const expires = spec.has('expireAfterSeconds') ? spec.number('expireAfterSeconds', 0) : undefined;
  if (expires !== undefined && !(expires >= 0 && expires <= 0x7fffffff)) {
    throw new CommandError(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, found ${expires}`,
    );
  }
  if (expires !== undefined && Object.keys(key).length > 1) {
    throw new CommandError('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL');
  }
  return prepareIndex({
    id: 0,
    name,
    key,
    unique: spec.flag('unique') || sameKey(key, { _id: 1 }),
    sparse,
    hidden: spec.flag('hidden'),
    partial,
    expireAfterSeconds: expires,
    multikey: Object.keys(key).map(() => false),
    longKeys: false,
  });
}

function parseKey(key: Doc): Doc {
  const fields = Object.entries(key).map(([name, direction]): [string, number] => {
    if (typeof direction === 'string')
      throw new CommandError('NotImplemented', `the embedded store does not support '${direction}' indexes`);
    const number = isNumber(direction) ? toNumber(direction) : 0;
    if (number === 0 || Number.isNaN(number))
      throw new CommandError('CannotCreateIndex', `Values in v:2 index key pattern must be numbers other than 0: ${name}`);
    if (name.includes('$'))
      throw new CommandError('CannotCreateIndex', `Index key contains an illegal field name: field name starts with '$': ${name}`);
    if (name.split('.').includes('')) throw new CommandError('CannotCreateIndex', `Index keys cannot be an empty field: '${name}'`);
    return [name, number];
  });
  if (fields.length === 0) throw new CommandError('CannotCreateIndex', 'Index keys cannot be empty.');
  return Object.fromEntries(fields);
}

/** Operators that a partial index's condition may use, as in MongoDB. */
const partialOperators = new Set(['$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$and', '$or', '$in']);

function checkPartial(partial: Doc): void {
  parseFilter(partial);
  for (const operator of operatorsOf(partial)) {
    if (partialOperators.has(operator)) continue;
    throw new CommandError('CannotCreateIndex', `Expression not supported in partial index: ${operator}`);
  }
}

function operatorsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(operatorsOf);
  if (!isDoc(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name.startsWith('$') ? [name, ...operatorsOf(inner)] : operatorsOf(inner)));
}

/** Whether the index has to be built; refuses one that disagrees with an existing one. */
function isNew(collection: Collection, wanted: Index): boolean {
  if (sameKey(wanted.key, { _id: 1 })) return false;
  const sameName = collection.indexes.find(({ name }) => name === wanted.name);
  if (sameName && !sameSignature(sameName, wanted)) {
    throw new CommandError(
      'IndexKeySpecsConflict',
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Requested index: ${wanted.name}`,
    );
  }
  if (sameName && !sameOptions(sameName, wanted)) {
    throw new CommandError(
      'IndexOptionsConflict',
      `An equivalent index already exists with the same name but different options. Requested index: ${wanted.name}`,
    );
  }
  if (sameName) return false;
  const sameFields = collection.indexes.find((index) => sameSignature(index, wanted));
  if (sameFields) throw new CommandError('IndexOptionsConflict', `Index already exists with a different name: ${sameFields.name}`);
  return true;
}

function listIndexes(call: Call): Doc {
  const collection = targetOf(call, 'listIndexes');
  if (!collection) throw new CommandError('NamespaceNotFound', `ns does not exist: ${call.db}.${call.args.string('listIndexes')}`);
  const rows = collection.indexes.map((index) => encode(describeIndex(index)));
  const size = call.args.document('cursor')['batchSize'];
  return call.cursors.open(listSource(collection.namespace, rows), {
    size: size === undefined ? Infinity : Math.max(1, Number(size)),
    closes: false,
  });
}

function dropIndexes(call: Call): Doc {
  const collection = targetOf(call, 'dropIndexes');
  if (!collection) throw new CommandError('NamespaceNotFound', 'ns not found');
  const before = collection.indexes.length;
  const dropped = chosenIndexes(collection, call.args.doc['index']);
  for (const index of dropped) collection.clearIndex(index);
  collection.redefine({ indexes: collection.indexes.filter((index) => !dropped.includes(index)) });
  return { nIndexesWas: before, ok: 1 };
}

function chosenIndexes(collection: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return collection.indexes.filter(({ name }) => name !== '_id_');
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return list.map((one) => {
    const found = collection.indexes.find(({ name, key }) => (isDoc(one) ? sameKey(key, one) : name === one));
    if (!found) throw new CommandError('IndexNotFound', `index not found with name [${isDoc(one) ? JSON.stringify(one) : String(one)}]`);
    if (found.name === '_id_') throw new CommandError('InvalidOptions', 'cannot drop _id index');
    return found;
  });
}

/** Changes when documents expire, or hides an index from the planner. */
function collMod(call: Call): Doc {
  const collection = targetOf(call, 'collMod');
  if (!collection) throw new CommandError('NamespaceNotFound', 'ns does not exist');
  refuseUnsupported(call.args);
  if (!call.args.has('index')) return { ok: 1 };
  const change = new Arguments('collMod.index', call.args.document('index')).allow(
    new Set(['name', 'keyPattern', 'expireAfterSeconds', 'hidden']),
  );
  const [index] = chosenIndexes(collection, change.has('name') ? change.string('name') : change.document('keyPattern'));
  if (!index) return { ok: 1 };
  const next: Index = {
    ...index,
    expireAfterSeconds: change.has('expireAfterSeconds') ? change.number('expireAfterSeconds', 0) : index.expireAfterSeconds,
    hidden: change.flag('hidden', index.hidden),
  };
  collection.redefine({ indexes: collection.indexes.map((other) => (other.id === index.id ? next : other)) });
  return { ok: 1 };
}
