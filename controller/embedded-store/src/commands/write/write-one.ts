import { decode, encode } from '../../bson/codec.js';
import { equalValues } from '../../bson/sort-key.js';
import { hasField, type Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';
import type { Filter } from '../../query/filter-types.js';
import type { Hit } from '../../reading/search.js';
import { runPipelineUpdate } from '../../aggregate/update-pipeline.js';
import type { Collection } from '../../storage/collection.js';
import { applyChanges, type ApplyOptions } from '../../update/apply.js';
import type { ElementTests } from '../../update/array-filters.js';
import type { Update } from '../../update/parse.js';
import { checkId, documentOfFilter, withId } from '../../update/upsert.js';

export interface WriteOptions {
  readonly update: Update;
  readonly elementTests: ElementTests;
  readonly variables: Doc | undefined;
  readonly now: Date;
}

/** Updates one document that was found; tells its new bytes and whether they differ from the old ones. */
export function updateHit(collection: Collection, hit: Hit, options: WriteOptions): { bytes: Buffer; modified: boolean } {
  // Decoded again: operators work in place, and the old version is still needed to find its index entries.
  const doc = decode(hit.bytes);
  const id = doc['_id'];
  const next = changed(doc, options, { id, inserting: false, matchedIndex: hit.matchedIndex });
  if (!hasField(next, '_id') || !equalValues(next['_id'], id)) throw immutableId(options.update);
  const bytes = encode(next);
  if (bytes.equals(hit.bytes)) return { bytes, modified: false };
  collection.replace(hit, bytes, next);
  return { bytes, modified: true };
}

/** Inserts what an upsert makes of its filter and update. */
export function insertUpsert(collection: Collection, filter: Filter, options: WriteOptions): Doc {
  const start = documentOfFilter(filter);
  const next = changed(start, options, { id: start['_id'], inserting: true, matchedIndex: undefined });
  if (hasField(start, '_id') && !equalValues(start['_id'], next['_id'])) throw immutableId(options.update);
  const doc = withId(next);
  checkId(doc['_id']);
  collection.insert(encode(doc), doc);
  return doc;
}

type Moment = Pick<ApplyOptions, 'id' | 'inserting' | 'matchedIndex'>;

function changed(doc: Doc, { update, elementTests, variables, now }: WriteOptions, moment: Moment): Doc {
  switch (update.type) {
    case 'operators': {
      const before = doc['_id'];
      applyChanges(doc, update.changes, { ...moment, elementTests, now });
      if (!moment.inserting && !equalValues(before, doc['_id'])) throw immutableId(update);
      return doc;
    }
    case 'replacement': {
      const { _id: id = doc['_id'], ...rest } = update.doc;
      return id === undefined ? rest : { _id: id, ...rest };
    }
    case 'pipeline':
      return runPipelineUpdate(doc, update.stages, variables);
  }
}

function immutableId(update: Update): CommandError {
  const message =
    update.type === 'operators'
      ? "Performing an update on the path '_id' would modify the immutable field '_id'"
      : "After applying the update, the (immutable) field '_id' was found to have been altered";
  return new CommandError('ImmutableField', message);
}
