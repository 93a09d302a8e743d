import type { Doc } from '../bson/values.js';
import { expressionHolds } from './expression.js';
import type { FieldTest, Filter } from './filter-types.js';
import { walkPath, type MatchPosition } from './path.js';

export interface MatchInput {
  readonly doc: Doc;
  readonly position?: MatchPosition | undefined;
  /** What `let` of the command defines, for `$expr`. */
  readonly variables?: Doc | undefined;
}

/** Whether a document meets a filter. */
export function matches(filter: Filter, doc: Doc): boolean {
  return matchesFilter(filter, { doc });
}

/** As `matches`, also noting the array element that matched. */
export function matchesFilter(filter: Filter, input: MatchInput): boolean {
  switch (filter.type) {
    case 'and':
      for (const part of filter.parts) if (!matchesFilter(part, input)) return false;
      return true;
    case 'or':
      return filter.parts.some((part) => matchesFilter(part, input));
    case 'nor':
      return !filter.parts.some((part) => matchesFilter(part, input));
    case 'not':
      return !matchesFilter(filter.part, { ...input, position: undefined });
    case 'expression':
      return expressionHolds(filter.expression, input);
    case 'field': {
      const { path, intoLastArray, test } = filter;
      const { doc, position } = input;
      const visit = (value: unknown) => test(value, position);
      if (filter.operator === '$exists') return everyOrAny(filter, doc);
      return walkPath(doc, { path, intoLastArray, visit, position });
    }
  }
}

/** A field exists if any branch has it, and is missing only if none has. */
function everyOrAny({ path, intoLastArray, test }: FieldTest, doc: Doc): boolean {
  const wantsPresence = test(null);
  const exists = walkPath(doc, { path, intoLastArray, visit: (value) => typeof value !== 'symbol' });
  return exists === wantsPresence;
}
