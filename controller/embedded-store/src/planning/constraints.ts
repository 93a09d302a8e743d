import { compareValues, equalValues, kindOf } from '../bson/sort-key.js';
import type { FieldTest, Filter } from '../query/filter-types.js';

/** What a filter demands of each field in every case. */
export type Constraints = ReadonlyMap<string, readonly FieldTest[]>;

/** Collects the tests that a document must pass whatever else the filter says. */
export function constraintsOf(filter: Filter): Constraints {
  const constraints = new Map<string, FieldTest[]>();
  collect(filter, constraints);
  return constraints;
}

function collect(filter: Filter, into: Map<string, FieldTest[]>): void {
  if (filter.type === 'and') {
    for (const part of filter.parts) collect(part, into);
  } else if (filter.type === 'field') {
    into.set(filter.name, [...(into.get(filter.name) ?? []), filter]);
  } else if (filter.type === 'or' && filter.parts.length === 1 && filter.parts[0]) {
    collect(filter.parts[0], into);
  }
}

/** Whether the constraints guarantee a partial index's condition, so that the index misses nothing. */
export function isImplied(condition: Filter, constraints: Constraints): boolean {
  switch (condition.type) {
    case 'and':
      return condition.parts.every((part) => isImplied(part, constraints));
    case 'or':
      return condition.parts.some((part) => isImplied(part, constraints));
    case 'field':
      return (constraints.get(condition.name) ?? []).some((known) => implies(known, condition));
    default:
      return false;
  }
}

function implies(known: FieldTest, wanted: FieldTest): boolean {
  if (known.operator === wanted.operator && equalValues(known.operand, wanted.operand)) return true;
  if (known.operator === '$eq') return !Array.isArray(known.operand) && acceptsValue(wanted, known.operand);
  if (known.operator === '$in' && Array.isArray(known.operand)) {
    return known.operand.every((value: unknown) => !Array.isArray(value) && acceptsValue(wanted, value));
  }
  if (wanted.operator === '$exists') return wanted.test(null) && known.operator.startsWith('$') && isOrdering(known.operator);
  return isWithin(known, wanted);
}

/** Equality with null also finds documents without the field, which no other condition may assume. */
function acceptsValue(wanted: FieldTest, value: unknown): boolean {
  if (value === null) return wanted.operator === '$eq' && wanted.operand === null;
  return wanted.test(value);
}

function isOrdering(operator: string): boolean {
  return ['$gt', '$gte', '$lt', '$lte'].includes(operator);
}

function isWithin(known: FieldTest, wanted: FieldTest): boolean {
  if (!isOrdering(known.operator) || !isOrdering(wanted.operator)) return false;
  if (known.operator.slice(0, 3) !== wanted.operator.slice(0, 3) || kindOf(known.operand) !== kindOf(wanted.operand)) return false;
  const order = compareValues(known.operand, wanted.operand);
  if (order === 0) return wanted.operator.endsWith('e');
  return wanted.operator.startsWith('$gt') ? order > 0 : order < 0;
}
