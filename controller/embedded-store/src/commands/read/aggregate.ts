import { encode } from '../../bson/codec.js';
import { isDoc, isNumber, toNumber, type Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';
import { amountOf, documentOf, parsePipeline, runPipeline, type Stage } from '../../aggregate/pipeline.js';
import { parseSort } from '../../planning/order.js';
import { parseFilter } from '../../query/filter.js';
import { countHits } from '../../reading/count.js';
import { Results, type Search } from '../../reading/search.js';
import type { Collection } from '../../storage/collection.js';
import { Arguments } from '../arguments.js';
import type { Call, Command } from '../context.js';
import { listSource } from './cursors.js';

/** `aggregate`: leading `$match`, `$sort`, `$skip` and `$limit` use indexes, the other stages run in memory. */
export const aggregateCommand: Command = {
  writes: false,
  fields: ['pipeline', 'cursor', 'allowDiskUse', 'hint', 'let', 'collation', 'explain', 'bypassDocumentValidation'],
  run: aggregate,
};

function aggregate(call: Call): Doc {
  const { args, cursors, db, catalogue } = call;
  if (args.flag('explain')) throw new CommandError('NotImplemented', 'the embedded store does not explain pipelines');
  const stages = parsePipeline(args.doc['pipeline']);
  const name = args.doc['aggregate'];
  const collection = typeof name === 'string' ? catalogue.find(db, name) : undefined;
  const variables = args.variables();
  const { search, rest } = leadingSearch(stages, { hint: args.hint(), variables });
  const docs = countedBy(rest[0]) ? countGroup(call, collection, search) : collectionDocs(call, collection, search);
  const results = runPipeline(docs, countedBy(rest[0]) ? rest.slice(1) : rest, variables);
  const size = new Arguments('aggregate.cursor', args.document('cursor')).amount('batchSize', 101);
  const source = listSource(`${db}.${typeof name === 'string' ? name : '$cmd.aggregate'}`, results.map(encode));
  return cursors.open(source, { size, closes: false });
}

interface Leading {
  readonly search: Search;
  readonly rest: readonly Stage[];
}

/** Each kind of stage may be taken over once, in the order in which a search applies them. */
function leadingSearch(stages: readonly Stage[], { hint, variables }: Pick<Search, 'hint' | 'variables'>): Leading {
  const order = ['$match', '$sort', '$skip', '$limit'];
  let search: Search = { filter: parseFilter({}), sort: [], skip: 0, limit: Infinity, hint, variables };
  let reached = 0;
  let taken = 0;
  for (const { name, value } of stages) {
    const place = order.indexOf(name);
    if (place < reached) break;
    reached = place + 1;
    taken += 1;
    if (name === '$match') search = { ...search, filter: parseFilter(documentOf(name, value)) };
    else if (name === '$sort') search = { ...search, sort: parseSort(value) };
    else if (name === '$skip') search = { ...search, skip: amountOf(name, value) };
    else search = { ...search, limit: amountOf(name, value) };
  }
  return { search, rest: stages.slice(taken) };
}

function collectionDocs({ environment }: Call, collection: Collection | undefined, search: Search): Doc[] {
  if (!collection) return [];
  return Array.from(new Results(environment, search, collection).take(collection), ({ doc }) => doc);
}

/** `countDocuments` of the drivers asks for `{$group: {_id: 1, n: {$sum: 1}}}`. */
function countedBy(stage: Stage | undefined): boolean {
  if (stage?.name !== '$group' || !isDoc(stage.value)) return false;
  const { _id: id, n, ...more } = stage.value;
  const sum = isDoc(n) && Object.keys(n).length === 1 ? n['$sum'] : undefined;
  return isNumber(id) && toNumber(id) === 1 && isNumber(sum) && toNumber(sum) === 1 && Object.keys(more).length === 0;
}

function countGroup({ environment }: Call, collection: Collection | undefined, search: Search): Doc[] {
  if (!collection) return [];
  const n = countHits(environment, collection, search);
  return n > 0 ? [{ _id: 1, n }] : [];
}
