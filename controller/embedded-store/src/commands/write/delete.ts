import type { Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';
import { Arguments } from '../arguments.js';
import { targetOf, type Call, type Command } from '../context.js';
import { runStatements } from './statements.js';
import { findSome, statementSearch } from './update.js';

/** `delete`: one or more statements, each for the first or for all matching documents. */
export const deleteCommand: Command = {
  writes: true,
  fields: ['deletes', 'ordered', 'let'],
  run: remove,
};

const statementFields = new Set(['q', 'limit', 'hint', 'collation']);

function remove(call: Call): Doc {
  const { args } = call;
  const collection = targetOf(call, 'delete');
  let n = 0;
  const errors = runStatements(args.documents('deletes'), { ordered: args.flag('ordered', true) }, (document) => {
    const statement = new Arguments('delete.deletes', document).allow(statementFields);
    const search = statementSearch(call, statement, 'q');
    const limit = statement.number('limit', 0);
    if (limit !== 0 && limit !== 1)
      throw new CommandError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
    if (!collection) return;
    for (const hit of findSome(call, { collection, search, multi: limit === 0 })) {
      collection.remove(hit);
      n += 1;
    }
  });
  return { n, ...errors, ok: 1 };
}
