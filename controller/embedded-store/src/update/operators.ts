import { Int32, Long, Timestamp } from 'bson';

import { combine, isInt32, toBigInt } from '../bson/arithmetic.js';
import { compareValues } from '../bson/sort-key.js';
import { isDoc, isNumber, MISSING, toNumber, typeNameOf, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { addToSet, pop, pull, pullAll, push } from './array-operators.js';

/** What a change is told about the document and the moment. */
export interface ChangeContext {
  readonly id: unknown;
  readonly now: Date;
  readonly inserting: boolean;
}

/** The new value at the path from the present one; MISSING stands for no field, before and after. */
export type ChangeValue = (current: unknown, context: ChangeContext) => unknown;

export interface Operand {
  readonly name: string;
  readonly operand: unknown;
}

const parsers: ReadonlyMap<string, (operand: Operand) => ChangeValue> = new Map<string, (operand: Operand) => ChangeValue>([
  [
    '$set',
    ({ operand }) =>
      () =>
        operand,
  ],
  ['$unset', () => () => MISSING],
  [
    '$setOnInsert',
    ({ operand }) =>
      (current, { inserting }) =>
        inserting ? operand : current,
  ],
  ['$inc', (operand) => arithmetic('add', operand)],
  ['$mul', (operand) => arithmetic('multiply', operand)],
  [
    '$min',
    ({ operand }) =>
      (current) =>
        current === MISSING || compareValues(operand, current) < 0 ? operand : current,
  ],
  [
    '$max',
    ({ operand }) =>
      (current) =>
        current === MISSING || compareValues(operand, current) > 0 ? operand : current,
  ],
  ['$currentDate', currentDate],
  ['$bit', bitwise],
  ['$rename', () => (current) => current],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$pull', pull],
  ['$pullAll', pullAll],
  ['$pop', pop],
]);

/** The change that an operator with its operand stands for. */
export function parseChange(operator: string, operand: Operand): ChangeValue {
  const parse = parsers.get(operator);
  if (!parse) throw new CommandError('FailedToParse', `Unknown modifier: ${operator}`);
  return parse(operand);
}

function arithmetic(operation: 'add' | 'multiply', { name, operand }: Operand): ChangeValue {
  const operator = operation === 'add' ? '$inc' : '$mul';
  if (!isNumber(operand)) {
    const verb = operation === 'add' ? 'increment' : 'multiply';
    throw new CommandError('TypeMismatch', `Cannot ${verb} with non-numeric argument: {${name}: ${JSON.stringify(operand)}}`);
  }
  return (current, { id }) => {
    if (current === MISSING) return operation === 'add' ? operand : combine('multiply', operand, new Int32(0));
    if (!isNumber(current)) {
      throw new CommandError(
        'TypeMismatch',
        `Cannot apply ${operator} to a value of non-numeric type. {_id: ${JSON.stringify(id)}} has the field '${name}' of non-numeric type ${typeNameOf(current)}`,
      );
    }
    const result = combine(operation, current, operand);
    if (result === undefined)
      throw new CommandError('BadValue', `Failed to apply ${operator} operations to current value of '${name}': it exceeds 64 bits`);
    return result;
  };
}

function currentDate({ name, operand }: Operand): ChangeValue {
  const type = isDoc(operand) ? operand['$type'] : operand === true ? 'date' : undefined;
  if (type === 'date') return (_current, { now }) => now;
  if (type === 'timestamp') return (_current, { now }) => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 });
  throw new CommandError('BadValue', `${name}: $currentDate takes true, {$type: 'date'} or {$type: 'timestamp'}`);
}

function bitwise({ name, operand }: Operand): ChangeValue {
  if (!isDoc(operand) || Object.keys(operand).length === 0) {
    throw new CommandError('BadValue', `The $bit modifier is not compatible with a ${typeof operand}: ${name}`);
  }
  const steps = Object.entries(operand).map(([step, value]) => bitStep(step, value));
  const wide = Object.values(operand).some((value) => !isInt32(value));
  return (current, context) => {
    const start = bitsOf(current, name, context);
    const result = steps.reduce((bits, step) => step(bits), start);
    const isNarrow = !wide && (current === MISSING || isInt32(current));
    return isNarrow ? new Int32(Number(BigInt.asIntN(32, result))) : Long.fromBigInt(BigInt.asIntN(64, result));
  };
}

function bitStep(step: string, value: unknown): (bits: bigint) => bigint {
  if (!isNumber(value) || !Number.isInteger(toNumber(value)))
    throw new CommandError('BadValue', 'The $bit modifier field must be an Integer(32/64 bit)');
  const mask = toBigInt(value);
  if (step === 'and') return (bits) => bits & mask;
  if (step === 'or') return (bits) => bits | mask;
  if (step === 'xor') return (bits) => bits ^ mask;
  throw new CommandError('BadValue', `The $bit modifier only supports 'and', 'or', and 'xor', not '${step}'`);
}

function bitsOf(current: unknown, name: string, { id }: ChangeContext): bigint {
  if (current === MISSING) return 0n;
  if (isInt32(current) && isNumber(current)) return toBigInt(current);
  if (current instanceof Long) return current.toBigInt();
  throw new CommandError(
    'BadValue',
    `Cannot apply $bit to a value of non-integral type. ${describeId(id)} has the field ${name} of non-integer type ${typeNameOf(current)}`,
  );
}

function describeId(id: unknown): string {
  const doc: Doc = { _id: id };
  return JSON.stringify(doc);
}
