import type { Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { aggregateCommand } from './read/aggregate.js';
import { Arguments } from './arguments.js';
import { collectionCommands } from './collections.js';
import type { Command, CommandContext } from './context.js';
import { deleteCommand } from './write/delete.js';
import { findAndModifyCommands } from './write/find-and-modify.js';
import { handshakeCommands } from './handshake.js';
import { indexCommands } from './indexes.js';
import { insertCommand } from './write/insert.js';
import { readCommands } from './read/queries.js';
import { updateCommand } from './write/update.js';

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...Object.entries(handshakeCommands),
  ...Object.entries(readCommands),
  ...Object.entries(collectionCommands),
  ...Object.entries(indexCommands),
  ...Object.entries(findAndModifyCommands),
  ['aggregate', aggregateCommand],
  ['insert', insertCommand],
  ['update', updateCommand],
  ['delete', deleteCommand],
]);

/** What every command takes: nothing of it changes what a single durable server does. */
const commonFields = [
  ...['$db', '$readPreference', '$clusterTime', 'lsid', 'comment', 'maxTimeMS', 'readConcern', 'writeConcern'],
  ...['apiVersion', 'apiStrict', 'apiDeprecationErrors', 'txnNumber', 'startTransaction', 'autocommit'],
];

const allowedFields: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...commands].map(([name, { fields }]) => [name, new Set([name, ...fields, ...commonFields])]),
);

/** Whether a command has to run inside a transaction. */
export function isWrite(name: string): boolean {
  return commands.get(name)?.writes ?? false;
}

/** The field of a command whose documents stay encoded. */
export function rawFieldOf(name: string): string | undefined {
  return name === 'insert' ? 'documents' : undefined;
}

/** Runs one command; a refusal becomes its reply, anything else is thrown. */
export function runCommand(request: Doc, context: CommandContext): Doc {
  try {
    return dispatch(request, context);
  } catch (error) {
    if (error instanceof CommandError) return error.toReply();
    throw error;
  }
}

function dispatch(request: Doc, context: CommandContext): Doc {
  const [name = ''] = Object.keys(request);
  const command = commands.get(name);
  const allowed = allowedFields.get(name);
  if (!command || !allowed) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  const args = new Arguments(name, request).allow(allowed);
  if (['txnNumber', 'startTransaction', 'autocommit'].some((field) => request[field] !== undefined)) {
    throw new CommandError('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos');
  }
  return command.run({ ...context, args, db: args.string('$db') });
}
