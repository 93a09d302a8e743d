import { encode } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { parseFilter } from '../query/filter.js';
import { matches } from '../query/match.js';
import type { Collection } from '../storage/collection.js';
import { describeIndex } from '../storage/index-definition.js';
import { collectionName, targetOf, type Call, type Command } from './context.js';
import { listSource } from './read/cursors.js';
import { refuseUnsupported, unsupportedOptions } from './unsupported.js';

/** Commands about whole collections and databases. */
export const collectionCommands: Readonly<Record<string, Command>> = {
  create: {
    writes: true,
    fields: [...unsupportedOptions, 'size', 'max', 'collation', 'autoIndexId', 'idIndex', 'indexOptionDefaults', 'storageEngine'],
    run: create,
  },
  drop: { writes: true, fields: [], run: drop },
  dropDatabase: { writes: true, fields: [], run: dropDatabase },
  renameCollection: { writes: true, fields: ['to', 'dropTarget'], run: rename },
  listCollections: { writes: false, fields: ['filter', 'nameOnly', 'cursor', 'authorizedCollections'], run: listCollections },
  listDatabases: { writes: false, fields: ['filter', 'nameOnly', 'authorizedDatabases'], run: listDatabases },
  collStats: { writes: false, fields: ['scale'], run: collStats },
  dbStats: { writes: false, fields: ['scale', 'freeStorage'], run: dbStats },
};

function create({ args, catalogue, db }: Call): Doc {
  const name = collectionName(args, 'create');
  refuseUnsupported(args);
  if (catalogue.find(db, name)) return { ok: 1 }; // as MongoDB since version 7 where the options are the same, and here there are none
  catalogue.create(db, name, {});
  return { ok: 1 };
}

function drop(call: Call): Doc {
  const collection = targetOf(call, 'drop');
  if (!collection) return { ok: 1 };
  call.catalogue.drop(collection);
  return { nIndexesWas: collection.indexes.length, ns: collection.namespace, ok: 1 };
}

function dropDatabase({ catalogue, db }: Call): Doc {
  const collections = inDatabase(catalogue.all(), db);
  for (const collection of collections) catalogue.drop(collection);
  return { ...(collections.length > 0 ? { dropped: db } : {}), ok: 1 };
}

function inDatabase(collections: readonly Collection[], db: string): Collection[] {
  return collections.filter(({ definition }) => definition.db === db);
}

function rename({ args, catalogue }: Call): Doc {
  const source = splitNamespace(args.string('renameCollection'));
  const target = splitNamespace(args.string('to'));
  const collection = catalogue.find(source.db, source.name);
  if (!collection) throw new CommandError('NamespaceNotFound', `Source collection ${source.db}.${source.name} does not exist`);
  const there = catalogue.find(target.db, target.name);
  if (there === collection) throw new CommandError('IllegalOperation', "Can't rename a collection to itself");
  if (there && !args.flag('dropTarget')) throw new CommandError('NamespaceExists', 'target namespace exists');
  if (there) catalogue.drop(there);
  catalogue.rename(collection, target.db, target.name);
  return { ok: 1 };
}

function splitNamespace(namespace: string): { db: string; name: string } {
  const dot = namespace.indexOf('.');
  if (dot < 1) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  return { db: namespace.slice(0, dot), name: namespace.slice(dot + 1) };
}

function listCollections({ args, catalogue, cursors, db }: Call): Doc {
  const filter = parseFilter(args.document('filter'));
  const nameOnly = args.flag('nameOnly');
  const rows = inDatabase(catalogue.all(), db)
    .map(describeCollection)
    .filter((row) => matches(filter, row))
    .map(({ name, type, ...more }) => (nameOnly ? { name, type } : { name, type, ...more }));
  const size = args.document('cursor')['batchSize'];
  return cursors.open(listSource(`${db}.$cmd.listCollections`, rows.map(encode)), {
    size: size === undefined ? Infinity : Math.max(1, Number(size)),
    closes: false,
  });
}

function describeCollection({ definition, indexes }: Collection): Doc {
  const [idIndex] = indexes;
  return {
    name: definition.name,
    type: 'collection',
    options: definition.options,
    info: { readOnly: false },
    ...(idIndex ? { idIndex: describeIndex(idIndex) } : {}),
  };
}

function listDatabases({ args, catalogue }: Call): Doc {
  const filter = parseFilter(args.document('filter'));
  const names = [...new Set(catalogue.all().map(({ definition }) => definition.db))].sort();
  const nameOnly = args.flag('nameOnly');
  const databases = names
    .map((name) => (nameOnly ? { name } : { name, sizeOnDisk: 0, empty: false }))
    .filter((row) => matches(filter, row));
  return { databases, ...(nameOnly ? {} : { totalSize: 0, totalSizeMb: 0 }), ok: 1 };
}

function collStats(call: Call): Doc {
  const collection = targetOf(call, 'collStats');
  return {
    ns: `${call.db}.${call.args.string('collStats')}`,
    count: collection?.count ?? 0,
    nindexes: collection?.indexes.length ?? 0,
    ok: 1,
  };
}

function dbStats({ catalogue, db }: Call): Doc {
  const collections = inDatabase(catalogue.all(), db);
  const objects = collections.reduce((sum, { count }) => sum + count, 0);
  return { db, collections: collections.length, objects, ok: 1 };
}
