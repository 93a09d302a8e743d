import { Aggregator } from 'mingo';

import { toPlainDoc } from '../bson/codec.js';
import { hasField, isDoc, setField, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';

/** Runs one stage over documents with plain numbers; a faulty or unknown stage is refused. */
export function runStage(docs: readonly Doc[], stage: Doc, variables: Doc | undefined): Doc[] {
  try {
    const aggregator = new Aggregator([toPlainDoc(stage)], {
      scriptEnabled: false,
      useStrictMode: true,
      ...(variables ? { variables: toPlainDoc(variables) } : {}),
    });
    const results = aggregator
      .run([...docs])
      .filter(isDoc)
      .map(withoutUndefined);
    return '$project' in stage ? results.map(withIdFirst) : results;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError('BadValue', `${Object.keys(stage)[0]} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What an expression over a missing field gives is no field. */
function withoutUndefined(doc: Doc): Doc {
  const result: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    if (value !== undefined) setField(result, name, isDoc(value) ? withoutUndefined(value) : value);
  }
  return result;
}

/** The document with its `_id`, if it has one, before all other fields. */
export function withIdFirst(doc: Doc): Doc {
  return hasField(doc, '_id') ? { _id: doc['_id'], ...doc } : doc;
}
