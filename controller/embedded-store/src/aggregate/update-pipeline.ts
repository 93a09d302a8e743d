import { decode, encode, toPlainDoc } from '../bson/codec.js';
import { hasField, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { runStage, withIdFirst } from './stages.js';

const allowed = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

/** The document that an update by pipeline makes of another. */
export function runPipelineUpdate(doc: Doc, stages: readonly Doc[], variables: Doc | undefined): Doc {
  let docs: Doc[] = [toPlainDoc(doc)];
  for (const stage of stages) {
    const [name = ''] = Object.keys(stage);
    if (!allowed.has(name)) throw new CommandError('InvalidOptions', `${name} is not allowed to be used within an update`);
    docs = runStage(docs, stage, variables);
  }
  const [result = {}] = docs;
  // A stage that says nothing of `_id` does not take it away.
  const kept = hasField(doc, '_id') && !hasField(result, '_id') ? { _id: doc['_id'], ...result } : result;
  return decode(encode(withIdFirst(kept)));
}
