import { isNumber, toNumber } from '../bson/values.js';
import type { FieldTest, Filter } from '../query/filter-types.js';
import type { IndexPlan, Plan } from '../planning/plan.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { Results, type Search } from './search.js';

/** How many documents a search finds: from the collection's own count or an index's keys where these suffice. */
export function countHits(environment: Environment, collection: Collection, search: Search): number {
  const { filter, skip, limit } = search;
  const within = (all: number) => Math.max(0, Math.min(all - skip, limit));
  if (filter.type === 'and' && filter.parts.length === 0) return within(collection.count);
  const results = new Results(environment, { ...search, sort: [] }, collection);
  if (isCovered(results.plan, filter)) {
    const counts = results.plan.intervals.map(({ low, high }) => environment.entries.getKeysCount({ start: low, end: high }));
    return within(counts.reduce((sum, count) => sum + count, 0));
  }
  let found = 0;
  const hits = results.take(collection);
  while (!hits.next().done) found++;
  return found;
}

/** Keys above this may be shortened, and then stand for more than one value. */
const exactKeyBytes = 1000;

/** Whether every key of the plan stands for one document that the filter accepts. */
function isCovered(plan: Plan, filter: Filter): plan is IndexPlan {
  if (plan.type !== 'index' || plan.index.multikey.includes(true) || plan.prefixBytes > exactKeyBytes) return false;
  const tests = plainTests(filter);
  if (!tests) return false;
  const names = plan.index.fields.map(({ name }) => name);
  const before = plan.fieldsBeforeRange ?? plan.boundFields;
  const ranged = plan.fieldsBeforeRange === undefined ? undefined : names[before];
  const onRange = tests.filter(({ name }) => name === ranged);
  const single = tests.filter(({ name }) => name !== ranged);
  if (!isExactRange(onRange)) return false;
  const bound = new Set(names.slice(0, before));
  return single.length === before && new Set(single.map(({ name }) => name)).size === before && single.every(isSingle(bound));
}

const isSingle =
  (bound: ReadonlySet<string>) =>
  ({ name, operator }: FieldTest): boolean =>
    bound.has(name) && (operator === '$eq' || operator === '$in');

/** Whether the keys of the range are those of the values that the tests accept: of numbers with a lower end, below which NaN lies. */
function isExactRange(tests: readonly FieldTest[]): boolean {
  if (tests.length === 0) return true;
  const lower = tests.filter(({ operator }) => operator === '$gt' || operator === '$gte');
  return lower.length > 0 && tests.every(({ operator, operand }) => rangeOperators.has(operator) && isNumber(operand));
}
const rangeOperators: ReadonlySet<string> = new Set(['$gt', '$gte', '$lt', '$lte']);

function plainTests(filter: Filter): FieldTest[] | undefined {
  if (filter.type === 'and') {
    const lists = filter.parts.map(plainTests);
    return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
  }
  if (filter.type !== 'field') return undefined;
  const { operator, operand } = filter;
  if (operator === '$eq') return isPlain(operand) ? [filter] : undefined;
  if (rangeOperators.has(operator)) return isNumber(operand) && !Number.isNaN(toNumber(operand)) ? [filter] : undefined;
  return operator === '$in' && Array.isArray(operand) && operand.every(isPlain) ? [filter] : undefined;
}

/** Null also stands for missing fields and for what arrays lack, so it needs a look at the documents. */
function isPlain(value: unknown): boolean {
  return value !== null && value !== undefined && !Array.isArray(value);
}
