import { Aggregator } from 'mingo';

import { toPlainDoc } from '../bson/codec.js';
import { isDoc, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';

/** Runs one stage over documents with plain numbers; a faulty or unknown stage is refused. */
export function runStage(docs: readonly Doc[], stage: Doc, variables: Doc | undefined): Doc[] {
  try {
    const aggregator = new Aggregator([toPlainDoc(stage)], {
      scriptEnabled: false,
      useStrictMode: true,
      ...(variables ? { variables: toPlainDoc(variables) } : {}),
    });
    return aggregator.run([...docs]).filter(isDoc);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError('BadValue', `${Object.keys(stage)[0]} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
