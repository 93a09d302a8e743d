import { BSONRegExp } from 'bson';

import { isDoc, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import type { FieldTest, Filter } from './filter-types.js';
import { matches, matchesFilter } from './match.js';
import { isOperators, parseOperator } from './operators.js';
import { splitPath, type Path } from './path.js';

/** Parses a filter document; refuses what it does not know, in MongoDB's words and numbers. */
export function parseFilter(filter: Doc): Filter {
  const parts: Filter[] = [];
  for (const [name, condition] of Object.entries(filter)) {
    if (name.startsWith('$')) parts.push(...parseTopLevel(name, condition));
    else parts.push(...parseField(name, condition));
  }
  return conjunction(parts);
}

function conjunction(parts: readonly Filter[]): Filter {
  const [only, ...rest] = parts;
  return only && rest.length === 0 ? only : { type: 'and', parts };
}

function parseTopLevel(name: string, condition: unknown): Filter[] {
  switch (name) {
    case '$and':
    case '$or':
    case '$nor': {
      const parts = parseList(name, condition);
      return [{ type: name === '$and' ? 'and' : name === '$or' ? 'or' : 'nor', parts }];
    }
    case '$expr':
      return [{ type: 'expression', expression: condition }];
    case '$comment':
      return [];
    case '$alwaysTrue':
      return [];
    case '$where':
    case '$text':
    case '$jsonSchema':
      throw new CommandError('NotImplemented', `the embedded store does not support ${name}`);
    default:
      throw new CommandError(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function parseList(name: string, condition: unknown): Filter[] {
  if (!Array.isArray(condition)) throw new CommandError('BadValue', `${name} must be an array`);
  if (condition.length === 0) throw new CommandError('BadValue', `${name} argument must be a non-empty array`);
  return condition.map((part: unknown) => {
    if (!isDoc(part)) throw new CommandError('BadValue', `${name} argument's entries must be objects`);
    return parseFilter(part);
  });
}

/** Parses the condition on one field: a plain value, or a document of operators. */
export function parseField(name: string, condition: unknown): Filter[] {
  const path = splitPath(name);
  if (condition instanceof BSONRegExp) return [fieldTest({ name, path, operator: '$regex', operand: condition })];
  if (!isDoc(condition) || !isOperators(condition)) {
    return [fieldTest({ name, path, operator: '$eq', operand: condition })];
  }
  const parts: Filter[] = [];
  for (const [operator, operand] of Object.entries(condition)) {
    if (operator === '$options' || operator === '$comment') continue;
    parts.push(...parseCondition({ name, path, operator, operand }, condition));
  }
  if ('$options' in condition && !('$regex' in condition)) {
    throw new CommandError('BadValue', '$options needs a $regex');
  }
  return parts;
}

interface Condition {
  readonly name: string;
  readonly path: Path;
  readonly operator: string;
  readonly operand: unknown;
}

function parseCondition(condition: Condition, siblings: Doc): Filter[] {
  const { name, path, operator, operand } = condition;
  switch (operator) {
    case '$ne':
      return [{ type: 'not', part: fieldTest({ name, path, operator: '$eq', operand: forbidRegex(operand) }) }];
    case '$nin':
      return [{ type: 'not', part: fieldTest({ name, path, operator: '$in', operand }) }];
    case '$not':
      return [{ type: 'not', part: parseNot(name, operand) }];
    case '$all':
      return parseAll(condition);
    case '$regex':
      return [fieldTest({ name, path, operator, operand: withOptions(operand, siblings['$options']) })];
    default:
      return [fieldTest(condition)];
  }
}

function forbidRegex(operand: unknown): unknown {
  if (operand instanceof BSONRegExp) throw new CommandError('BadValue', "Can't have regex as arg to $ne.");
  return operand;
}

function parseNot(name: string, operand: unknown): Filter {
  if (!(operand instanceof BSONRegExp) && !(isDoc(operand) && isOperators(operand))) {
    throw new CommandError('BadValue', '$not needs a regex or a document');
  }
  return conjunction(parseField(name, operand));
}

function parseAll({ name, path, operand }: Condition): Filter[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array');
  if (operand.length === 0) return [{ type: 'nor', parts: [{ type: 'and', parts: [] }] }];
  return operand.map((item: unknown) => {
    if (isDoc(item) && '$elemMatch' in item) {
      return fieldTest({ name, path, operator: '$elemMatch', operand: item['$elemMatch'] });
    }
    const operator = item instanceof BSONRegExp ? '$regex' : '$eq';
    return fieldTest({ name, path, operator, operand: item });
  });
}

function withOptions(pattern: unknown, options: unknown): unknown {
  const source = pattern instanceof BSONRegExp ? pattern.pattern : pattern;
  if (typeof source !== 'string') throw new CommandError('BadValue', '$regex has to be a string');
  const flags = pattern instanceof BSONRegExp ? pattern.options : '';
  return new BSONRegExp(source, typeof options === 'string' ? options : flags);
}

function fieldTest(condition: Condition): FieldTest {
  const { operator, operand } = condition;
  if (operator === '$elemMatch') return { type: 'field', ...condition, intoLastArray: false, test: anyElement(operand) };
  return { type: 'field', ...condition, ...parseOperator(operator, operand) };
}

/** The first element that meets the whole condition; its index is what a positional `$` stands for. */
function anyElement(operand: unknown): FieldTest['test'] {
  if (!isDoc(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  const test = elementTest(operand);
  return (value, position) => {
    const index = Array.isArray(value) ? value.findIndex(test) : -1;
    if (index >= 0 && position) position.index = index;
    return index >= 0;
  };
}

function elementTest(operand: Doc): (element: unknown) => boolean {
  const [first] = Object.keys(operand);
  const onValues = isOperators(operand) && first !== '$and' && first !== '$or' && first !== '$nor' && first !== '$expr';
  if (!onValues) {
    const filter = parseFilter(operand);
    return (element) =>
      isDoc(element) ? matches(filter, element) : Array.isArray(element) && matches(filter, Object.fromEntries(element.entries()));
  }
  const conditions = parseField('', operand);
  return (element) => conditions.every((condition) => matchesFilter(condition, { doc: { '': element } }));
}
