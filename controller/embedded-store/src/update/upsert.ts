import { BSONRegExp, ObjectId } from 'bson';

import { hasField, isDoc, MISSING, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import type { Filter } from '../query/filter-types.js';
import { valueAt } from '../query/path.js';
import { applyChanges } from './apply.js';
import { parseChange } from './operators.js';
import type { Change } from './parse.js';

/** The document that an upsert starts from: what the filter demands by equality. */
export function documentOfFilter(filter: Filter): Doc {
  const doc: Doc = {};
  const equalities = equalitiesOf(filter);
  for (const { name, path, operand } of equalities) {
    if (valueAt(doc, path) !== MISSING) {
      throw new CommandError('BadValue', `cannot infer query fields to set, path '${name}' is matched twice`, {
        code: 54,
        codeName: 'NotSingleValueField',
      });
    }
    const change: Change = {
      operator: '$set',
      name,
      path,
      target: undefined,
      creates: true,
      value: parseChange('$set', { name, operand }),
    };
    applyChanges(doc, [change], { id: undefined, now: new Date(0), inserting: true, matchedIndex: undefined, elementTests: new Map() });
  }
  return doc;
}

interface Equality {
  readonly name: string;
  readonly path: readonly string[];
  readonly operand: unknown;
}

function equalitiesOf(filter: Filter): Equality[] {
  if (filter.type === 'and') return filter.parts.flatMap(equalitiesOf);
  if (filter.type === 'or' && filter.parts.length === 1) return filter.parts.flatMap(equalitiesOf);
  if (filter.type !== 'field') return [];
  const { name, path, operator, operand } = filter;
  if (operator === '$eq') return [{ name, path, operand }];
  if (operator === '$in' && Array.isArray(operand) && operand.length === 1) return [{ name, path, operand: operand[0] }];
  return [];
}

/** The document with an `_id`, and with it first. */
export function withId(doc: Doc): Doc {
  const { _id: id, ...rest } = doc;
  return { _id: hasField(doc, '_id') ? id : new ObjectId(), ...rest };
}

/** Refuses what cannot identify a document. */
export function checkId(id: unknown): void {
  if (Array.isArray(id)) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type array");
  if (id instanceof BSONRegExp) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type regex");
  if (id === undefined) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type undefined");
  const dollar = isDoc(id) ? Object.keys(id).find((name) => name.startsWith('$') && !['$ref', '$id', '$db'].includes(name)) : undefined;
  if (dollar)
    throw new CommandError('DollarPrefixedFieldName', `The dollar ($) prefixed field '${dollar}' in '_id' is not valid for storage.`);
}
