import { BSONRegExp, MaxKey, MinKey } from 'bson';

import { compareValues, equalValues, kindOf, sortKey } from '../bson/sort-key.js';
import { isDoc, isNumber, isTypeNumber, MISSING, toNumber, typeNumberOf, typeOf, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { bitTest } from './bit-test.js';
import { MISSING_IN_ARRAY, type MatchPosition } from './path.js';

export interface Operator {
  readonly intoLastArray: boolean;
  readonly test: (value: unknown, position?: MatchPosition) => boolean;
}

type Parse = (operand: unknown, name: string) => Operator;

const parsers: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['$eq', (operand) => eachValue(equalTo(operand))],
  ['$in', (operand) => eachValue(oneOf(operand))],
  ['$gt', (operand) => eachValue(ordered(operand, (order) => order > 0))],
  ['$gte', (operand) => eachValue(ordered(operand, (order) => order >= 0))],
  ['$lt', (operand) => eachValue(ordered(operand, (order) => order < 0))],
  ['$lte', (operand) => eachValue(ordered(operand, (order) => order <= 0))],
  ['$exists', (operand) => wholeValue(existence(operand))],
  ['$type', (operand) => eachValue(ofType(operand))],
  ['$regex', (operand) => eachValue(regexTest(operand))],
  ['$mod', (operand) => eachValue(remainder(operand))],
  ['$size', (operand, name) => wholeValue(ofSize(wholeOperand(name, operand)))],
  ['$bitsAllSet', (operand, name) => eachValue(bitTest(name, operand))],
  ['$bitsAllClear', (operand, name) => eachValue(bitTest(name, operand))],
  ['$bitsAnySet', (operand, name) => eachValue(bitTest(name, operand))],
  ['$bitsAnyClear', (operand, name) => eachValue(bitTest(name, operand))],
]);

/** The test that an operator with its operand stands for; an unknown one is an error in MongoDB's words. */
export function parseOperator(name: string, operand: unknown): Operator {
  const parse = parsers.get(name);
  if (!parse) throw new CommandError('BadValue', `unknown operator: ${name}`);
  return parse(operand, name);
}

function eachValue(test: Operator['test']): Operator {
  return { intoLastArray: true, test };
}

function wholeValue(test: Operator['test']): Operator {
  return { intoLastArray: false, test };
}

function isAbsent(value: unknown): boolean {
  return value === MISSING || value === MISSING_IN_ARRAY;
}

function equalTo(operand: unknown): Operator['test'] {
  if (operand === null) return (value) => value === null || value === undefined || value === MISSING;
  if (typeof operand === 'string') return (value) => value === operand;
  return (value) => !isAbsent(value) && equalValues(value, operand);
}

function oneOf(operand: unknown): Operator['test'] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$in needs an array');
  const list: readonly unknown[] = operand;
  const patterns = list.filter((item) => item instanceof BSONRegExp).map(regexTest);
  if (list.some((item) => isDoc(item) && isOperators(item))) {
    throw new CommandError('BadValue', 'cannot nest $ under $in');
  }
  const strings = new Set(list.filter((item) => typeof item === 'string'));
  const hasNull = list.includes(null);
  const keys = new Set(list.filter((item) => typeof item !== 'string' && item !== null).map((item) => sortKey(item).toString('latin1')));
  return (value) => {
    if (typeof value === 'string' && strings.has(value)) return true;
    if (value === null || value === undefined || value === MISSING) return hasNull;
    if (isAbsent(value)) return false;
    return (keys.size > 0 && keys.has(sortKey(value).toString('latin1'))) || patterns.some((test) => test(value));
  };
}

/** Comparisons hold only between values of one kind (numbers with numbers, dates with dates). */
function ordered(operand: unknown, holds: (order: number) => boolean): Operator['test'] {
  if (operand instanceof BSONRegExp) throw new CommandError('BadValue', "Can't have RegEx as arg to predicate over field");
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    return (value) => !isAbsent(value) && holds(compareValues(value, operand));
  }
  const kind = kindOf(operand);
  if (operand === null) return (value) => (value === null || value === MISSING) && holds(0);
  if (isNumber(operand) && Number.isNaN(toNumber(operand))) {
    return (value) => isNumber(value) && Number.isNaN(toNumber(value)) && holds(0);
  }
  return (value) => {
    if (isAbsent(value) || kindOf(value) !== kind) return false;
    if (isNumber(value) && Number.isNaN(toNumber(value))) return false;
    return holds(compareValues(value, operand));
  };
}

function existence(operand: unknown): Operator['test'] {
  const wanted = isNumber(operand) ? toNumber(operand) !== 0 : operand !== false && operand !== null;
  return wanted ? (value) => !isAbsent(value) : (value) => isAbsent(value);
}

function ofType(operand: unknown): Operator['test'] {
  const types = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeNumbersOf));
  return (value) => !isAbsent(value) && types.has(typeOf(value));
}

function typeNumbersOf(alias: unknown): number[] {
  if (alias === 'number') return [1, 16, 18, 19];
  const number = typeof alias === 'string' ? typeNumberOf(alias) : isNumber(alias) ? toNumber(alias) : undefined;
  if (number === undefined) throw new CommandError('BadValue', `Unknown type name alias: ${String(alias)}`);
  if (!isTypeNumber(number)) throw new CommandError('BadValue', `Invalid numerical type code: ${number}`);
  return [number];
}

function regexTest(operand: unknown): Operator['test'] {
  const pattern = operand instanceof BSONRegExp ? operand : new BSONRegExp(String(operand));
  const regex = compileRegex(pattern);
  return (value) => {
    if (typeof value === 'string') return regex.test(value);
    return value instanceof BSONRegExp && value.pattern === pattern.pattern && value.options === pattern.options;
  };
}

/** A JavaScript expression for a stored one; flag `x` has no counterpart and is refused. */
export function compileRegex({ pattern, options }: BSONRegExp): RegExp {
  const unknown = /[^imsux]/.exec(options);
  if (unknown) throw new CommandError('BadValue', `invalid flag in regex options: ${unknown[0]}`);
  if (options.includes('x')) throw new CommandError('NotImplemented', 'the embedded store does not support regex flag x');
  try {
    return new RegExp(pattern, options.replace('u', ''));
  } catch (error) {
    throw new CommandError('BadValue', `Regular expression is invalid: ${error instanceof Error ? error.message : pattern}`);
  }
}

function remainder(operand: unknown): Operator['test'] {
  const [divisor, rest, ...more] = Array.isArray(operand) ? operand.map((item) => (isNumber(item) ? Math.trunc(toNumber(item)) : NaN)) : [];
  if (divisor === undefined || rest === undefined || more.length > 0) {
    throw new CommandError('BadValue', 'malformed mod, needs to be an array of two numbers');
  }
  if (divisor === 0) throw new CommandError('BadValue', 'divisor cannot be 0');
  return (value) => isNumber(value) && Math.trunc(toNumber(value)) % divisor === rest;
}

function ofSize(size: number): Operator['test'] {
  if (size < 0) throw new CommandError('BadValue', `$size may not be negative: ${size}`);
  return (value) => Array.isArray(value) && value.length === size;
}

/** Whether a condition is made of operators; MongoDB goes by its first field. */
export function isOperators(condition: Doc): boolean {
  const [first] = Object.keys(condition);
  return first !== undefined && first.startsWith('$') && !['$ref', '$id', '$db'].includes(first);
}

/** A whole number given as an operand, or a refusal that names the operator. */
export function wholeOperand(operator: string, operand: unknown): number {
  const number = isNumber(operand) ? toNumber(operand) : NaN;
  if (!Number.isInteger(number)) throw new CommandError('BadValue', `${operator} needs a whole number`);
  return number;
}
