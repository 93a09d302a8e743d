import { BSON, type Document } from 'mongodb';

const { Decimal128, Double, Int32, Long, ObjectId } = BSON;

/** How an actual value differs from an expected one of the specification; nothing where it matches. */
export function differenceOf(expected: unknown, actual: unknown, path = 'result'): string | undefined {
  const operator = isPlain(expected) ? Object.keys(expected).find((name) => name.startsWith('$$')) : undefined;
  if (isPlain(expected) && operator !== undefined) return special(operator, expected[operator], actual, path);
  if (Array.isArray(expected)) return differenceOfLists(expected, actual, path);
  if (isPlain(expected)) return differenceOfFields(expected, actual, path);
  return same(expected, actual) ? undefined : `${path}: expected ${show(expected)}, found ${show(actual)}`;
}

function differenceOfLists(expected: readonly unknown[], actual: unknown, path: string): string | undefined {
  if (!Array.isArray(actual) || actual.length !== expected.length) return `${path}: expected ${show(expected)}, found ${show(actual)}`;
  return firstOf(expected.map((item, place) => differenceOf(item, actual[place], `${path}[${place}]`)));
}

/** Only results and their items may have more fields than the specification names. */
function differenceOfFields(expected: Document, actual: unknown, path: string): string | undefined {
  if (!isPlain(actual)) return `${path}: expected ${show(expected)}, found ${show(actual)}`;
  const found = firstOf(Object.entries(expected).map(([name, value]) => differenceOf(value, actual[name], `${path}.${name}`)));
  if (found !== undefined || /^result(\[\d+\])?$/.test(path)) return found;
  const more = Object.keys(actual).find((name) => !(name in expected));
  return more === undefined ? undefined : `${path}: unexpected field ${more}`;
}

function special(operator: string, operand: unknown, actual: unknown, path: string): string | undefined {
  switch (operator) {
    case '$$unsetOrMatches':
      return actual === undefined ? undefined : differenceOf(operand, actual, path);
    case '$$exists':
      return (actual !== undefined) === operand ? undefined : `${path}: expected ${operand === true ? 'a value' : 'no value'}`;
    case '$$type':
      return actual === undefined ? `${path}: expected a ${show(operand)}` : undefined;
    default:
      return `${path}: ${operator} is not known to this runner`;
  }
}

function firstOf(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((difference) => difference !== undefined);
}

/** Numbers of all classes match by value. */
function same(expected: unknown, actual: unknown): boolean {
  const [left, right] = [numberOf(expected), numberOf(actual)];
  if (left !== undefined || right !== undefined) return left === right;
  return show(expected) === show(actual);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) return value.toNumber();
  return value instanceof Decimal128 ? Number(value.toString()) : undefined;
}

function isPlain(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !isBson(value);
}

function isBson(value: object): boolean {
  return value instanceof ObjectId || '_bsontype' in value;
}

/** A value for people, and for comparing what is no number: types, order of fields and all. */
export function show(value: unknown): string {
  return value === undefined ? 'nothing' : BSON.EJSON.stringify({ value }, { relaxed: true }).slice(9, -1);
}
