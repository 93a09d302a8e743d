import { isDoc, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { splitPath, type Path } from '../query/path.js';
import { parseChange, type ChangeValue } from './operators.js';

/** One operator on one path. */
export interface Change {
  readonly operator: string;
  readonly name: string;
  readonly path: Path;
  /** Where `$rename` moves the value. */
  readonly target: Path | undefined;
  /** Whether a path that leads through a scalar is an error (`$set`) or nothing to do (`$unset`). */
  readonly creates: boolean;
  readonly value: ChangeValue;
}

export type Update =
  | { readonly type: 'replacement'; readonly doc: Doc }
  | { readonly type: 'operators'; readonly changes: readonly Change[] }
  | { readonly type: 'pipeline'; readonly stages: readonly Doc[] };

/** Reads an update; whatever it does not know is refused in MongoDB's words. */
export function parseUpdate(update: unknown): Update {
  if (Array.isArray(update)) return { type: 'pipeline', stages: update.filter(isDoc) };
  if (!isDoc(update)) throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  const names = Object.keys(update);
  const operators = names.filter((name) => name.startsWith('$'));
  if (operators.length === 0) return { type: 'replacement', doc: update };
  if (!names[0]?.startsWith('$')) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${operators[0]}' is not allowed in a replacement document.`,
    );
  }
  const changes = Object.entries(update).flatMap(([operator, fields]) => parseFields(operator, fields));
  refuseConflicts(changes);
  return { type: 'operators', changes: changes.sort(byPath) };
}

const withoutCreation = new Set(['$unset', '$pull', '$pullAll', '$pop', '$rename']);

function parseFields(operator: string, fields: unknown): Change[] {
  if (!isKnown(operator)) {
    throw new CommandError(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDoc(fields)) {
    throw new CommandError(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeof fields} instead. For example: {$mod: {<field>: ...}}`,
    );
  }
  return Object.entries(fields).map(([name, operand]) => {
    const path = checkedPath(name);
    const target = operator === '$rename' ? renameTarget(name, operand) : undefined;
    const value = parseChange(operator, { name, operand });
    return { operator, name, path, target, creates: !withoutCreation.has(operator), value };
  });
}

const known = new Set([
  ...['$set', '$unset', '$inc', '$mul', '$min', '$max', '$rename', '$setOnInsert', '$currentDate'],
  ...['$push', '$addToSet', '$pull', '$pullAll', '$pop', '$bit'],
]);

function isKnown(operator: string): boolean {
  return known.has(operator);
}

function checkedPath(name: string): Path {
  const path = splitPath(name);
  if (path.includes(''))
    throw new CommandError('EmptyFieldName', `The update path '${name}' contains an empty field name, which is not allowed.`);
  const dollar = path.find((part) => part.startsWith('$') && part !== '$' && !/^\$\[\w*\]$/.test(part));
  if (dollar !== undefined) {
    throw new CommandError('DollarPrefixedFieldName', `The dollar ($) prefixed field '${dollar}' in '${name}' is not valid for storage.`);
  }
  if (path[0]?.startsWith('$'))
    throw new CommandError('BadValue', `Cannot have positional (i.e. '$') element in the first position in path '${name}'`);
  return path;
}

function renameTarget(name: string, operand: unknown): Path {
  if (typeof operand !== 'string')
    throw new CommandError('BadValue', `The 'to' field for $rename must be a string: ${name}: ${String(operand)}`);
  if (operand === name) throw new CommandError('BadValue', `The source and target field for $rename must differ: ${name}: "${operand}"`);
  return checkedPath(operand);
}

function refuseConflicts(changes: readonly Change[]): void {
  const names = changes.flatMap(({ name, target }) => (target ? [name, target.join('.')] : [name])).sort();
  const seen = new Set<string>();
  for (const name of names) {
    const parts = name.split('.');
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join('.');
      if (!seen.has(prefix)) continue;
      throw new CommandError('ConflictingUpdateOperators', `Updating the path '${name}' would create a conflict at '${prefix}'`);
    }
    seen.add(name);
  }
}

/** New fields appear in the order of their names, numbers in numeric order. */
function byPath(left: Change, right: Change): number {
  const places = Math.min(left.path.length, right.path.length);
  for (let place = 0; place < places; place++) {
    const [a = '', b = ''] = [left.path[place], right.path[place]];
    if (a === b) continue;
    const bothNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
    return bothNumbers ? Number(a) - Number(b) : a < b ? -1 : 1;
  }
  return left.path.length - right.path.length;
}
