import type { Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import type { Catalogue } from '../storage/catalogue.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import type { Arguments } from './arguments.js';
import type { Cursors } from './read/cursors.js';

/** What commands work on. */
export interface CommandContext {
  readonly environment: Environment;
  readonly catalogue: Catalogue;
  readonly cursors: Cursors;
  readonly now: () => Date;
}

/** One command: its database, its arguments, and everything it works on. */
export interface Call extends CommandContext {
  readonly db: string;
  readonly args: Arguments;
}

export interface Command {
  /** Whether it has to run inside a transaction. */
  readonly writes: boolean;
  /** Fields that it takes besides those that every command takes. */
  readonly fields: readonly string[];
  readonly run: (call: Call) => Doc;
}

/** The collection that a command names under its own name, if it is there. */
export function targetOf({ catalogue, db, args }: Call, field: string): Collection | undefined {
  return catalogue.find(db, collectionName(args, field));
}

/** The name of the collection that a command is about. */
export function collectionName(args: Arguments, field: string): string {
  const name = args.string(field);
  if (name === '' || name.includes('\0')) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${name}'`);
  return name;
}
