import { BSONRegExp } from 'bson';

import { compareValues, equalValues } from '../bson/sort-key.js';
import { isDoc, isNumber, MISSING, toNumber, typeNameOf, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { orderKey, parseSort, Ranking } from '../planning/order.js';
import { parseField, parseFilter } from '../query/filter.js';
import { matches } from '../query/match.js';
import { isOperators } from '../query/operators.js';
import type { ChangeValue, Operand } from './operators.js';

const pushClauses = new Set(['$each', '$slice', '$sort', '$position']);

/** `$push`, with `$each`, `$position`, `$sort` and `$slice`. */
export function push({ name, operand }: Operand): ChangeValue {
  const clauses = isDoc(operand) && '$each' in operand ? operand : { $each: [operand] };
  const unknown = Object.keys(clauses).find((clause) => !pushClauses.has(clause));
  if (unknown) throw new CommandError('BadValue', `Unrecognized clause in $push: ${unknown}`);
  const items = listOf(clauses['$each'], 'The argument to $each in $push must be an array');
  const position = optionalWhole(clauses['$position'], '$position');
  const slice = optionalWhole(clauses['$slice'], '$slice');
  const sort = '$sort' in clauses ? elementSort(clauses['$sort']) : undefined;
  return (current, { id }) => {
    const list = [...arrayAt(current, { name, id })];
    list.splice(position ?? list.length, 0, ...items);
    const sorted = sort ? sort(list) : list;
    if (slice === undefined) return sorted;
    return slice >= 0 ? sorted.slice(0, slice) : sorted.slice(slice);
  };
}

function elementSort(order: unknown): (list: unknown[]) => unknown[] {
  if (isNumber(order)) {
    const direction = toNumber(order);
    if (direction !== 1 && direction !== -1) throw new CommandError('BadValue', 'The $sort element value must be either 1 or -1');
    return (list) => list.sort((left, right) => direction * compareValues(left, right));
  }
  const sort = parseSort(order);
  if (sort.length === 0) throw new CommandError('BadValue', 'The $sort pattern is empty when it should be a set of fields.');
  return (list) => {
    const ranking = new Ranking<unknown>(Infinity);
    for (const item of list) ranking.add(orderKey(isDoc(item) ? item : {}, sort), item);
    return ranking.items();
  };
}

/** `$addToSet`: what is there already, by value, is not added again. */
export function addToSet({ name, operand }: Operand): ChangeValue {
  const hasEach = isDoc(operand) && '$each' in operand;
  const items = hasEach ? listOf(operand['$each'], 'The argument to $each in $addToSet must be an array') : [operand];
  return (current, { id }) => {
    const list = [...arrayAt(current, { name, id })];
    const before = list.length;
    for (const item of items) if (!list.some((other) => equalValues(other, item))) list.push(item);
    return list.length === before && current !== MISSING ? current : list;
  };
}

/** `$pull`: removes the elements that equal a value or meet a condition. */
export function pull({ name, operand }: Operand): ChangeValue {
  const isUnwanted = pullTest(operand);
  return (current, { id }) => {
    if (current === MISSING) return MISSING;
    const list = arrayAt(current, { name, id });
    const kept = list.filter((item) => !isUnwanted(item));
    return kept.length === list.length ? current : kept;
  };
}

function pullTest(operand: unknown): (item: unknown) => boolean {
  if (operand instanceof BSONRegExp || (isDoc(operand) && isOperators(operand))) {
    const conditions = parseField('item', operand);
    return (item) => conditions.every((condition) => matches(condition, { item }));
  }
  if (!isDoc(operand)) return (item) => equalValues(item, operand);
  const filter = parseFilter(operand);
  return (item) => isDoc(item) && matches(filter, item);
}

/** `$pullAll`: removes the elements that equal any of the values. */
export function pullAll({ name, operand }: Operand): ChangeValue {
  const unwanted = listOf(operand, `$pullAll requires an array argument but was given a ${typeNameOf(operand)}`);
  return (current, { id }) => {
    if (current === MISSING) return MISSING;
    const list = arrayAt(current, { name, id });
    const kept = list.filter((item) => !unwanted.some((other) => equalValues(item, other)));
    return kept.length === list.length ? current : kept;
  };
}

/** `$pop`: removes the last element, or the first with -1. */
export function pop({ name, operand }: Operand): ChangeValue {
  const end = isNumber(operand) ? toNumber(operand) : NaN;
  if (end !== 1 && end !== -1) throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${String(operand)}`);
  return (current, { id }) => {
    if (current === MISSING) return MISSING;
    if (!Array.isArray(current)) {
      throw new CommandError(
        'TypeMismatch',
        `Path '${name}' contains an element of non-array type '${typeNameOf(current)}' in ${idOf(id)}`,
      );
    }
    const items: readonly unknown[] = current;
    if (items.length === 0) return items;
    return end === 1 ? items.slice(0, -1) : items.slice(1);
  };
}

function arrayAt(current: unknown, { name, id }: { name: string; id: unknown }): readonly unknown[] {
  if (current === MISSING) return [];
  if (Array.isArray(current)) return current;
  throw new CommandError('BadValue', `The field '${name}' must be an array but is of type ${typeNameOf(current)} in document ${idOf(id)}`);
}

function idOf(id: unknown): string {
  const doc: Doc = { _id: id };
  return JSON.stringify(doc);
}

function listOf(value: unknown, refusal: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new CommandError('BadValue', refusal);
  return value;
}

function optionalWhole(value: unknown, clause: string): number | undefined {
  if (value === undefined) return undefined;
  const number = isNumber(value) ? toNumber(value) : NaN;
  if (!Number.isInteger(number)) throw new CommandError('BadValue', `The value for ${clause} must be an integer value`);
  return number;
}
