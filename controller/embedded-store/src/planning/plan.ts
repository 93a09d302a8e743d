import { CommandError } from '../command-error.js';
import type { Doc } from '../bson/values.js';
import type { FieldTest, Filter } from '../query/filter-types.js';
import { sameKey, type Index } from '../storage/index-definition.js';
import { keptKeyBytes } from '../storage/index-keys.js';
import { idPrefix } from '../storage/keys.js';
import { boundsOf, intervalUnder, type FieldBounds, type Interval } from './intervals.js';
import { servedSort, type SortField, type SortService } from './served-sort.js';
import { constraintsOf, isImplied, type Constraints } from './constraints.js';

/** How documents are looked up; the filter is always checked on what is found. */
export type Plan =
  | { readonly type: 'scan'; readonly reverse: boolean; readonly servesSort: boolean }
  | IndexPlan
  | { readonly type: 'union'; readonly parts: readonly Plan[]; readonly servesSort: false };

export interface IndexPlan {
  readonly type: 'index';
  readonly index: Index;
  readonly intervals: readonly Interval[];
  /** Bytes that all keys of an interval share; keys of several intervals are merged by what follows. */
  readonly prefixBytes: number;
  /** How many leading fields are bound to single values; 0 where a range is used too. */
  readonly boundFields: number;
  /** How many leading fields are bound to single values before the field of which a range is used; absent without one. */
  readonly fieldsBeforeRange?: number;
  readonly merge: boolean;
  readonly reverse: boolean;
  readonly servesSort: boolean;
  /** Whether each interval is a single whole key of a unique index, which is read without a cursor. */
  readonly exact: boolean;
  /** Whether one document may be found more than once. */
  readonly repeats: boolean;
}

export interface PlanInput {
  readonly indexes: readonly Index[];
  readonly filter: Filter;
  readonly sort: readonly SortField[];
  readonly limited: boolean;
  readonly hint: string | Doc | undefined;
}

/** More combinations of `$in` values than this are not looked up one by one. */
const mostIntervals = 400;

/** Chooses the index that narrows most, preferring one that also delivers the wanted order. */
export function choosePlan(input: PlanInput): Plan {
  const natural = naturalOrder(input);
  if (natural) return natural;
  const constraints = constraintsOf(input.filter);
  const usable = hinted(input).filter((index) => isComplete(index, constraints));
  const candidates = usable.map((index) => candidateOf(index, constraints, input)).filter((candidate) => candidate !== undefined);
  const [first, ...others] = candidates;
  if (first) return others.reduce((best, other) => (other.score > best.score ? other : best), first).plan;
  const [only] = usable;
  if (input.hint !== undefined && only) return wholeIndex(only);
  return unionPlan(input) ?? { type: 'scan', reverse: false, servesSort: input.sort.length === 0 };
}

function naturalOrder({ sort, hint }: PlanInput): Plan | undefined {
  const [first] = sort;
  if (first?.name === '$natural') return { type: 'scan', reverse: first.descending, servesSort: true };
  if (typeof hint === 'object' && '$natural' in hint) {
    return { type: 'scan', reverse: Number(hint['$natural']) < 0, servesSort: sort.length === 0 };
  }
  return undefined;
}

function hinted({ indexes, hint }: PlanInput): readonly Index[] {
  if (hint === undefined) return indexes.filter(({ hidden }) => !hidden);
  const found = indexes.filter(({ name, key }) => (typeof hint === 'string' ? name === hint : sameKey(key, hint)));
  if (found.length === 0) {
    throw new CommandError(
      'BadValue',
      'error processing query: planner returned error: hint provided does not correspond to an existing index',
    );
  }
  return found;
}

/** Whether an index holds every document that the filter can accept. */
function isComplete(index: Index, constraints: Constraints): boolean {
  if (index.sparse && !index.fields.some(({ name }) => constraints.get(name)?.some(impliesPresence))) return false;
  return !index.partialFilter || isImplied(index.partialFilter, constraints);
}

function impliesPresence({ operator, operand, test }: FieldTest): boolean {
  return operator === '$exists' ? test(null) : operator === '$eq' ? operand !== null : !test(null);
}

interface Candidate {
  readonly plan: IndexPlan;
  readonly score: number;
}

function candidateOf(index: Index, constraints: Constraints, input: PlanInput): Candidate | undefined {
  const { prefixes, bounds, range } = narrow(index, constraints);
  const order: SortService = servedSort(index, bounds, input.sort);
  const served = input.sort.length > 0 && order.served;
  if (bounds.length === 0 && !range && !served) return undefined;
  const whole = index.unique && bounds.length === index.fields.length && prefixes.length === 1;
  const score = (whole ? 1000 : 0) + bounds.length * 100 + (range ? 40 : 0) + (served ? (input.limited ? 120 : 60) : 0);
  const plan: IndexPlan = {
    type: 'index',
    index,
    intervals: prefixes.map((prefix) => intervalUnder(prefix, range)),
    prefixBytes: prefixes[0]?.length ?? 0,
    boundFields: range ? 0 : bounds.length,
    ...(range ? { fieldsBeforeRange: bounds.length } : {}),
    merge: served && order.merge,
    reverse: served && order.reverse,
    servesSort: input.sort.length === 0 || served,
    exact: index.unique && bounds.length === index.fields.length && prefixes.every(({ length }) => length <= keptKeyBytes),
    repeats: index.multikey.includes(true) && !(prefixes.length === 1 && bounds.length === index.fields.length),
  };
  return plan.merge && !samePrefixLength(prefixes) ? mergeless({ plan, score }) : { plan, score };
}

/** Merging cuts off prefixes of one length; strings of different lengths are merged in memory instead. */
function mergeless({ plan, score }: Candidate): Candidate {
  return { plan: { ...plan, merge: false, reverse: false, servesSort: false }, score: score - 60 };
}

function samePrefixLength(prefixes: readonly Buffer[]): boolean {
  return prefixes.every(({ length }) => length === prefixes[0]?.length);
}

interface Narrowed {
  readonly prefixes: readonly Buffer[];
  /** For each leading field with single values, these. */
  readonly bounds: readonly Extract<FieldBounds, { type: 'points' }>[];
  readonly range: Interval | undefined;
}

function narrow(index: Index, constraints: Constraints): Narrowed {
  let prefixes: Buffer[] = [idPrefix(index.id)];
  const bounds: Extract<FieldBounds, { type: 'points' }>[] = [];
  for (const [place, field] of index.fields.entries()) {
    const found = boundsOf(constraints.get(field.name) ?? [], field, index.multikey[place] === true);
    // Different elements of one array may meet the conditions on its fields, so only one of these narrows the search.
    if (!found || (index.multikey[place] && bounds.some((_, earlier) => index.multikey[earlier]))) break;
    if (found.type === 'range') return { prefixes, bounds, range: found.range };
    if (prefixes.length * found.points.length > mostIntervals && bounds.length > 0) break;
    prefixes = prefixes.flatMap((prefix) => found.points.map((point) => Buffer.concat([prefix, point])));
    bounds.push(found);
  }
  return { prefixes, bounds, range: undefined };
}

function wholeIndex(index: Index): IndexPlan {
  const prefix = idPrefix(index.id);
  return {
    type: 'index',
    index,
    intervals: [intervalUnder(prefix)],
    prefixBytes: prefix.length,
    boundFields: 0,
    merge: false,
    reverse: false,
    servesSort: false,
    exact: false,
    repeats: index.multikey.includes(true),
  };
}

/** `$or` whose every branch is served by an index. */
function unionPlan(input: PlanInput): Plan | undefined {
  const { filter } = input;
  const alternatives = filter.type === 'and' ? filter.parts.find((part) => part.type === 'or') : filter;
  if (alternatives?.type !== 'or' || input.hint !== undefined) return undefined;
  const parts = alternatives.parts.map((part) => choosePlan({ ...input, filter: part, sort: [], limited: false }));
  if (parts.some((part) => part.type === 'scan')) return undefined;
  return { type: 'union', parts, servesSort: false };
}
