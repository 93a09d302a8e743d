import { BSONRegExp, MaxKey, MinKey } from 'bson';

import { kindOf, KeyWriter, tags } from '../bson/sort-key.js';
import { isNumber, toNumber } from '../bson/values.js';
import type { FieldTest } from '../query/filter-types.js';
import { appendField, keptKeyBytes } from '../storage/index-keys.js';
import type { IndexField } from '../storage/index-definition.js';
import { successor } from '../storage/keys.js';

/** Keys from `low` on and below `high`. */
export interface Interval {
  readonly low: Buffer;
  readonly high: Buffer;
}

/** What the tests on one field leave of an index: single values, or one range. */
export type FieldBounds =
  | { readonly type: 'points'; readonly points: readonly Buffer[] }
  | { readonly type: 'range'; readonly range: Interval };

/** The part of an index that can hold what the tests accept; nothing where they do not narrow it. */
export function boundsOf(tests: readonly FieldTest[], field: IndexField, multikey: boolean): FieldBounds | undefined {
  const points = pointsOf(tests, field);
  if (points) return { type: 'points', points };
  const ranges = tests.map((test) => rangeOf(test, field)).filter((range) => range !== undefined);
  const [first, ...others] = ranges;
  if (!first) return undefined;
  // Different elements of an array may meet the two ends of a range, so only one end narrows the search.
  const range = multikey ? first : others.reduce(intersection, first);
  return { type: 'range', range };
}

function pointsOf(tests: readonly FieldTest[], field: IndexField): readonly Buffer[] | undefined {
  const equal = tests.find(({ operator, operand }) => operator === '$eq' && isPoint(operand));
  if (equal) return [encoded(equal.operand, field)];
  for (const { operator, operand } of tests) {
    if (operator !== '$in' || !Array.isArray(operand) || !operand.every(isPoint)) continue;
    const points = new Map(operand.map((item) => encoded(item, field)).map((point) => [point.toString('latin1'), point]));
    return [...points.values()].sort(Buffer.compare);
  }
  return undefined;
}

function isPoint(operand: unknown): boolean {
  return !Array.isArray(operand) && !(operand instanceof BSONRegExp);
}

const writer = new KeyWriter();

function encoded(value: unknown, { descending }: IndexField): Buffer {
  writer.reset();
  appendField(writer, value, descending);
  return writer.take();
}

function rangeOf(test: FieldTest, field: IndexField): Interval | undefined {
  const { operator, operand } = test;
  if (operator === '$regex' && operand instanceof BSONRegExp) return prefixRange(operand, field);
  if (!['$gt', '$gte', '$lt', '$lte'].includes(operator) || !isPoint(operand) || operand === null) return undefined;
  if (operand instanceof MinKey || operand instanceof MaxKey) return undefined;
  if (isNumber(operand) && Number.isNaN(toNumber(operand))) return undefined;
  const ascending = { ...field, descending: false };
  const key = encoded(operand, ascending);
  const bracket = bracketOf(kindOf(operand));
  const bounds = {
    $gt: { low: successor(key), high: bracket.high },
    $gte: { low: key, high: bracket.high },
    $lt: { low: bracket.low, high: key },
    $lte: { low: bracket.low, high: successor(key) },
  };
  const range = operator === '$gt' ? bounds.$gt : operator === '$gte' ? bounds.$gte : operator === '$lt' ? bounds.$lt : bounds.$lte;
  return field.descending ? inverted(range) : range;
}

function bracketOf(kind: number): Interval {
  const last = kind === tags.false ? tags.true : kind;
  return { low: Buffer.from([kind]), high: Buffer.from([last + 1]) };
}

/** `/^build-/` is served like a range of strings. */
function prefixRange({ pattern, options }: BSONRegExp, field: IndexField): Interval | undefined {
  if (options !== '' || pattern.includes('|')) return undefined;
  const match = /^\^([\w\s\-/:,@%&=~<>!"';]+)(.?)/.exec(pattern);
  let prefix = match?.[1] ?? '';
  if (['*', '?', '{', '+'].includes(match?.[2] ?? '')) prefix = prefix.slice(0, -1);
  if (prefix === '') return undefined;
  const key = encoded(prefix, { ...field, descending: false }).subarray(0, -2);
  const range = { low: key, high: successor(key) };
  return field.descending ? inverted(range) : range;
}

/** All bytes flipped, hence with the ends exchanged: the bounds hold whole groups of keys, so both stay in place. */
function inverted({ low, high }: Interval): Interval {
  return { low: justAfter(flip(high)), high: justAfter(flip(low)) };
}

function flip(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => ~byte & 0xff));
}

/** In flipped order a bound excludes what it included: keys that begin with it lie on its other side. */
function justAfter(bytes: Buffer): Buffer {
  return successor(bytes);
}

function intersection(left: Interval, right: Interval): Interval {
  return {
    low: Buffer.compare(left.low, right.low) >= 0 ? left.low : right.low,
    high: Buffer.compare(left.high, right.high) <= 0 ? left.high : right.high,
  };
}

/** Everything that begins with a prefix, or the given range below it; over-long bounds are widened. */
export function intervalUnder(prefix: Buffer, range?: Interval): Interval {
  const low = range ? Buffer.concat([prefix, range.low]) : prefix;
  const high = range ? Buffer.concat([prefix, range.high]) : successor(prefix);
  return {
    low: low.length > keptKeyBytes ? low.subarray(0, keptKeyBytes) : low,
    high: high.length > keptKeyBytes ? successor(high.subarray(0, keptKeyBytes)) : high,
  };
}
