import { decode, encode } from '../../bson/codec.js';
import { RawDocument } from '../../bson/raw.js';
import type { Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';
import { parseProjection, type Projection } from '../../reading/projection.js';
import { findFirst, type Search } from '../../reading/search.js';
import type { Collection } from '../../storage/collection.js';
import { collectionName, type Call, type Command } from '../context.js';
import { statementSearch, writeOptions } from './update.js';
import { insertUpsert, updateHit } from './write-one.js';

const fields = [
  'query',
  'sort',
  'update',
  'remove',
  'new',
  'fields',
  'upsert',
  'arrayFilters',
  'hint',
  'let',
  'collation',
  'bypassDocumentValidation',
];
const command: Command = { writes: true, fields, run: findAndModify };

/** `findAndModify`, in both spellings. */
export const findAndModifyCommands: Readonly<Record<string, Command>> = { findAndModify: command, findandmodify: command };

function findAndModify(call: Call): Doc {
  const { args, catalogue, db } = call;
  const name = collectionName(args, args.has('findAndModify') ? 'findAndModify' : 'findandmodify');
  const project = parseProjection(args.doc['fields']);
  const search = statementSearch(call, args, 'query');
  const collection = catalogue.find(db, name);
  if (args.flag('remove')) {
    if (args.has('update')) throw new CommandError('FailedToParse', "Cannot specify both an 'update' and 'remove'=true");
    return collection ? removeFirst(call, { collection, search, project }) : nothing({ n: 0 });
  }
  if (!args.has('update')) throw new CommandError('FailedToParse', "Either an update or 'remove'=true must be specified");
  const options = writeOptions(call, args, 'update');
  const hit = collection && findFirst(call.environment, collection, search);
  const wantsNew = args.flag('new');
  if (hit && collection) {
    const { bytes } = updateHit(collection, hit, options);
    const value = shown(wantsNew ? bytes : hit.bytes, { project, matchedIndex: hit.matchedIndex });
    return { lastErrorObject: { n: 1, updatedExisting: true }, value, ok: 1 };
  }
  if (!args.flag('upsert')) return nothing({ n: 0, updatedExisting: false });
  const doc = insertUpsert(catalogue.ensure(db, name), search.filter, options);
  const value = wantsNew ? shown(encode(doc), { project, matchedIndex: undefined }) : null;
  return { lastErrorObject: { n: 1, updatedExisting: false, upserted: doc['_id'] }, value, ok: 1 };
}

interface RemoveOptions {
  readonly collection: Collection;
  readonly search: Search;
  readonly project: Projection | undefined;
}

function removeFirst({ environment }: Call, { collection, search, project }: RemoveOptions): Doc {
  const hit = findFirst(environment, collection, search);
  if (!hit) return nothing({ n: 0 });
  collection.remove(hit);
  return { lastErrorObject: { n: 1 }, value: shown(hit.bytes, { project, matchedIndex: hit.matchedIndex }), ok: 1 };
}

function nothing(lastErrorObject: Doc): Doc {
  return { lastErrorObject, value: null, ok: 1 };
}

interface ShowOptions {
  readonly project: Projection | undefined;
  readonly matchedIndex: number | undefined;
}

function shown(bytes: Buffer, { project, matchedIndex }: ShowOptions): RawDocument {
  return new RawDocument(project ? encode(project(decode(bytes), matchedIndex)) : bytes);
}
