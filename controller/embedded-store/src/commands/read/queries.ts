import { encode, maxDocumentBytes } from '../../bson/codec.js';
import { sortKey } from '../../bson/sort-key.js';
import type { Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';
import { parseSort } from '../../planning/order.js';
import { parseFilter } from '../../query/filter.js';
import { splitPath, walkPath } from '../../query/path.js';
import { parseProjection } from '../../reading/projection.js';
import { countHits } from '../../reading/count.js';
import { findAll, Results, type Search } from '../../reading/search.js';
import type { Arguments } from '../arguments.js';
import { collectionName, targetOf, type Call, type Command } from '../context.js';
import { listSource, type Source } from './cursors.js';

/** How many documents a first batch has where the client does not say, as in MongoDB. */
const usualBatch = 101;

const findFields = [
  'filter',
  'sort',
  'projection',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'allowDiskUse',
  'noCursorTimeout',
  'let',
  'collation',
  'allowPartialResults',
  'oplogReplay',
];

/** They would change the result, so they are refused by name. */
const unsupportedOptions = ['returnKey', 'showRecordId', 'max', 'min', 'tailable', 'awaitData'];

/** Commands that read documents. */
export const readCommands: Readonly<Record<string, Command>> = {
  find: { writes: false, fields: [...findFields, ...unsupportedOptions], run: find },
  getMore: { writes: false, fields: ['collection', 'batchSize'], run: getMore },
  killCursors: { writes: false, fields: ['cursors'], run: killCursors },
  count: { writes: false, fields: ['query', 'skip', 'limit', 'hint', 'collation', 'fields'], run: count },
  distinct: { writes: false, fields: ['key', 'query', 'hint', 'collation'], run: distinct },
};

function find(call: Call): Doc {
  const { args, cursors } = call;
  const name = collectionName(args, 'find');
  const refused = unsupportedOptions.find((option) => args.has(option) && args.doc[option] !== false);
  if (refused) throw new CommandError('NotImplemented', `the embedded store does not support find with '${refused}'`);
  const limit = args.number('limit', 0);
  const search = parseSearch(args, { filter: 'filter', limit: Math.abs(limit) });
  const project = parseProjection(args.doc['projection']);
  const size = args.has('batchSize') ? args.amount('batchSize', usualBatch) : usualBatch;
  const source = searchSource(call, { name, search, project });
  return cursors.open(source, { size: limit < 0 ? -limit : size, closes: args.flag('singleBatch') || limit < 0 });
}

/** What `find`, `count` and `distinct` look for. */
export function parseSearch(args: Arguments, { filter, limit }: { filter: string; limit: number }): Search {
  return {
    filter: parseFilter(args.document(filter)),
    sort: parseSort(args.optionalDocument('sort')),
    skip: args.amount('skip', 0),
    limit: limit === 0 ? Infinity : limit,
    hint: args.hint(),
    variables: args.variables(),
  };
}

interface SearchSourceOptions {
  readonly name: string;
  readonly search: Search;
  readonly project: ReturnType<typeof parseProjection>;
}

function searchSource({ environment, catalogue, db }: Call, { name, search, project }: SearchSourceOptions): Source {
  const collection = catalogue.find(db, name);
  if (!collection) return listSource(`${db}.${name}`, []);
  const { id } = collection;
  const results = new Results(environment, search, collection);
  return {
    namespace: collection.namespace,
    *take() {
      // Looked up again for each batch: the collection may have been dropped in between.
      const current = catalogue.byId(id);
      if (!current) return;
      for (const { bytes, doc, matchedIndex } of results.take(current)) yield project ? encode(project(doc, matchedIndex)) : bytes;
    },
  };
}

function getMore({ args, cursors }: Call): Doc {
  const size = args.amount('batchSize', 0);
  return cursors.next(args.long('getMore'), size === 0 ? Infinity : size);
}

function killCursors({ args, cursors }: Call): Doc {
  const ids = new Map<boolean, unknown[]>([
    [true, []],
    [false, []],
  ]);
  const list = args.doc['cursors'];
  for (const place of Array.isArray(list) ? list.keys() : []) {
    const id = args.nested('cursors').long(String(place));
    ids.get(cursors.kill(id))?.push(id);
  }
  return { cursorsKilled: ids.get(true), cursorsNotFound: ids.get(false), cursorsAlive: [], cursorsUnknown: [], ok: 1 };
}

function count(call: Call): Doc {
  const { args, environment } = call;
  const collection = targetOf(call, 'count');
  const search = parseSearch(args, { filter: 'query', limit: Math.abs(args.number('limit', 0)) });
  if (!collection) return { n: 0, ok: 1 };
  return { n: countHits(environment, collection, search), ok: 1 };
}

function distinct(call: Call): Doc {
  const { args, environment } = call;
  const collection = targetOf(call, 'distinct');
  const path = splitPath(args.string('key'));
  const values = new Map<string, unknown>();
  const hits = collection ? findAll(environment, collection, parseSearch(args, { filter: 'query', limit: 0 })) : [];
  const visit = (value: unknown) => {
    if (typeof value !== 'symbol' && !Array.isArray(value)) values.set(sortKey(value).toString('latin1'), value);
    return false;
  };
  for (const { doc } of hits) walkPath(doc, { path, intoLastArray: true, visit });
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  const bytes = encode({ values: sorted });
  if (bytes.length > maxDocumentBytes) throw new CommandError('BSONObjectTooLarge', 'distinct too big, 16mb cap', { code: 17217 });
  return { values: sorted, ok: 1 };
}
