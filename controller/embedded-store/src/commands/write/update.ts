import type { Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';
import { parseSort } from '../../planning/order.js';
import { parseFilter } from '../../query/filter.js';
import { findAll, findFirst, type Search } from '../../reading/search.js';
import { parseArrayFilters } from '../../update/array-filters.js';
import { parseUpdate } from '../../update/parse.js';
import { Arguments } from '../arguments.js';
import { collectionName, type Call, type Command } from '../context.js';
import { runStatements } from './statements.js';
import { insertUpsert, updateHit, type WriteOptions } from './write-one.js';

/** `update`: one or more statements, each by operators, replacement or pipeline. */
export const updateCommand: Command = {
  writes: true,
  fields: ['updates', 'ordered', 'bypassDocumentValidation', 'let'],
  run: update,
};

const statementFields = new Set(['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation']);

interface Totals {
  n: number;
  nModified: number;
  readonly upserted: Doc[];
}

function update(call: Call): Doc {
  const { args } = call;
  const name = collectionName(args, 'update');
  const totals: Totals = { n: 0, nModified: 0, upserted: [] };
  const errors = runStatements(args.documents('updates'), { ordered: args.flag('ordered', true) }, (statement, index) => {
    updateOne(call, { name, statement: new Arguments('update.updates', statement).allow(statementFields), index, totals });
  });
  const { n, nModified, upserted } = totals;
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...errors, ok: 1 };
}

interface Statement {
  readonly name: string;
  readonly statement: Arguments;
  readonly index: number;
  readonly totals: Totals;
}

function updateOne(call: Call, { name, statement, index, totals }: Statement): void {
  const multi = statement.flag('multi');
  const options = writeOptions(call, statement, 'u');
  if (multi && options.update.type === 'replacement')
    throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
  const search = statementSearch(call, statement, 'q');
  const collection = call.catalogue.find(call.db, name);
  const hits = collection ? findSome(call, { collection, search, multi }) : [];
  for (const hit of hits) {
    if (!collection) break;
    totals.n += 1;
    if (updateHit(collection, hit, options).modified) totals.nModified += 1;
  }
  if (hits.length > 0 || !statement.flag('upsert')) return;
  const doc = insertUpsert(call.catalogue.ensure(call.db, name), search.filter, options);
  totals.n += 1;
  totals.upserted.push({ index, _id: doc['_id'] });
}

interface SomeOptions {
  readonly collection: Parameters<typeof findAll>[1];
  readonly search: Search;
  readonly multi: boolean;
}

/** The documents that a statement is about: all, or the first. */
export function findSome({ environment }: Call, { collection, search, multi }: SomeOptions): ReturnType<typeof findAll> {
  if (multi) return findAll(environment, collection, search);
  const hit = findFirst(environment, collection, search);
  return hit ? [hit] : [];
}

/** How a statement changes documents. */
export function writeOptions(call: Call, statement: Arguments, field: string): WriteOptions {
  const variables = call.args.variables();
  const constants = statement.optionalDocument('c');
  return {
    update: parseUpdate(statement.doc[field]),
    elementTests: parseArrayFilters(statement.doc['arrayFilters']),
    variables: constants ? { ...variables, ...constants } : variables,
    now: call.now(),
  };
}

/** Which documents a statement is about. */
export function statementSearch(call: Call, statement: Arguments, field: string): Search {
  return {
    filter: parseFilter(statement.document(field)),
    sort: parseSort(statement.optionalDocument('sort')),
    skip: 0,
    limit: Infinity,
    hint: statement.hint(),
    variables: call.args.variables(),
  };
}
