import { toPlainDoc } from '../bson/codec.js';
import { isDoc, isNumber, toNumber, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { parseSort, sortDocuments } from '../planning/order.js';
import { parseFilter } from '../query/filter.js';
import { matchesFilter } from '../query/match.js';
import { runStage } from './stages.js';

/** One stage of a pipeline: its name and what it is given. */
export interface Stage {
  readonly name: string;
  readonly value: unknown;
}

const computed = new Set([
  ...['$addFields', '$set', '$unset', '$project', '$group', '$unwind', '$replaceRoot', '$replaceWith', '$sortByCount'],
  ...['$bucket', '$bucketAuto', '$sample', '$setWindowFields', '$fill', '$densify', '$redact', '$documents'],
]);
const native = new Set(['$match', '$sort', '$limit', '$skip', '$count', '$facet']);
const refused = new Set([
  ...['$lookup', '$graphLookup', '$unionWith', '$out', '$merge', '$geoNear', '$text', '$search', '$changeStream'],
  ...['$collStats', '$indexStats', '$currentOp', '$listSessions', '$listLocalSessions', '$planCacheStats'],
]);

/** Reads a pipeline; stages that the store does not have are refused before anything runs. */
export function parsePipeline(pipeline: unknown): Stage[] {
  if (!Array.isArray(pipeline)) throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array");
  return pipeline.map((stage: unknown) => {
    const [first, ...more] = isDoc(stage) ? Object.entries(stage) : [];
    if (!first || more.length > 0) {
      throw new CommandError('BadValue', 'A pipeline stage specification object must contain exactly one field.', { code: 40323 });
    }
    const [name, value] = first;
    if (refused.has(name)) throw new CommandError('NotImplemented', `the embedded store does not support the stage ${name}`);
    if (!computed.has(name) && !native.has(name))
      throw new CommandError('UnrecognizedStage', `Unrecognized pipeline stage name: '${name}'`);
    if (name === '$facet' && isDoc(value)) for (const part of Object.values(value)) parsePipeline(part);
    return { name, value };
  });
}

/** Runs stages over documents in memory. */
export function runPipeline(docs: readonly Doc[], stages: readonly Stage[], variables: Doc | undefined): readonly Doc[] {
  return stages.reduce<readonly Doc[]>((current, stage) => runOne(current, stage, variables), docs);
}

function runOne(docs: readonly Doc[], { name, value }: Stage, variables: Doc | undefined): readonly Doc[] {
  switch (name) {
    case '$match': {
      const filter = parseFilter(documentOf(name, value));
      return docs.filter((doc) => matchesFilter(filter, { doc, variables }));
    }
    case '$sort':
      return sortDocuments(docs, parseSort(value));
    case '$limit':
      return docs.slice(0, amountOf(name, value));
    case '$skip':
      return docs.slice(amountOf(name, value));
    case '$count':
      return docs.length > 0 ? [{ [countName(value)]: docs.length }] : [];
    case '$facet':
      return [facet(docs, documentOf(name, value), variables)];
    default:
      return runStage(docs.map(toPlainDoc), { [name]: value }, variables);
  }
}

/** The number that `$limit` and `$skip` are given. */
export function amountOf(name: string, value: unknown): number {
  const amount = isNumber(value) ? toNumber(value) : NaN;
  if (!Number.isInteger(amount) || amount < (name === '$limit' ? 1 : 0)) {
    throw new CommandError('BadValue', `invalid argument to ${name} stage: Expected a positive number, found ${String(value)}`, {
      code: 15958,
    });
  }
  return amount;
}

/** The document that a stage is given. */
export function documentOf(name: string, value: unknown): Doc {
  if (isDoc(value)) return value;
  throw new CommandError('BadValue', `the ${name} stage specification must be an object`, { code: 15959 });
}

function countName(value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.startsWith('$') && !value.includes('.')) return value;
  throw new CommandError('BadValue', 'the count field must be a non-empty string without $ and dots', { code: 40156 });
}

function facet(docs: readonly Doc[], parts: Doc, variables: Doc | undefined): Doc {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, runPipeline(docs, parsePipeline(part), variables)]));
}
