import { decode, encode } from '../bson/codec.js';
import { hasField, isDoc, isNumber, setField, toNumber, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { evaluateExpression } from '../query/expression.js';
import { parseField } from '../query/filter.js';
import { matchesFilter } from '../query/match.js';

/** Turns a document into what the client asked to see. */
export type Projection = (doc: Doc, matchedIndex: number | undefined) => Doc;

interface Tree {
  readonly children: Map<string, Tree | true>;
}

interface ParsedProjection {
  readonly inclusive: boolean;
  readonly tree: Tree;
  readonly withId: boolean;
  readonly operators: readonly [path: string, operator: string, operand: unknown][];
  readonly computed: readonly [path: string, expression: unknown][];
  readonly positional: string | undefined;
}

/** Reads a projection; nothing where all fields are wanted. */
export function parseProjection(projection: unknown): Projection | undefined {
  if (projection === undefined || projection === null) return undefined;
  if (!isDoc(projection)) throw new CommandError('TypeMismatch', 'projection must be an object');
  if (Object.keys(projection).length === 0) return undefined;
  const parsed = parse(projection);
  return (doc, matchedIndex) => apply(parsed, doc, matchedIndex);
}

function parse(projection: Doc): ParsedProjection {
  const tree: Tree = { children: new Map() };
  const operators: [string, string, unknown][] = [];
  const computed: [string, unknown][] = [];
  let inclusive: boolean | undefined;
  let withId: boolean | undefined;
  let positional: string | undefined;
  for (const [path, wanted] of Object.entries(projection)) {
    const kind = kindOf(path, wanted);
    if (kind === 'operator' && isDoc(wanted)) {
      const [operator = '', operand] = Object.entries(wanted)[0] ?? [];
      operators.push([path, operator, operand]);
      if (operator === '$elemMatch') inclusive ??= true;
      if (inclusive) addPath(tree, path);
    } else if (kind === 'computed') {
      computed.push([path, wanted]);
      inclusive ??= true;
    } else if (path === '_id') {
      withId = kind === 'include';
    } else {
      if (inclusive !== undefined && inclusive !== (kind === 'include')) {
        const word = inclusive ? 'exclusion on field ' : 'inclusion on field ';
        throw new CommandError('BadValue', `Cannot do ${word}${path} in ${inclusive ? 'inclusion' : 'exclusion'} projection`, {
          code: inclusive ? 31254 : 31253,
        });
      }
      inclusive = kind === 'include';
      if (path.endsWith('.$')) positional = path.slice(0, -2);
      addPath(tree, path.endsWith('.$') ? path.slice(0, -2) : path);
    }
  }
  const isInclusive = inclusive ?? withId === true;
  if (isInclusive) for (const [path] of operators) addPath(tree, path);
  return { inclusive: isInclusive, tree, withId: withId ?? true, operators, computed, positional };
}

function kindOf(path: string, wanted: unknown): 'include' | 'exclude' | 'operator' | 'computed' {
  if (path === '' || path.startsWith('$')) throw new CommandError('BadValue', `invalid path in projection: ${path}`);
  if (typeof wanted === 'boolean') return wanted ? 'include' : 'exclude';
  if (isNumber(wanted)) return toNumber(wanted) === 0 ? 'exclude' : 'include';
  if (!isDoc(wanted)) return 'computed';
  const [operator] = Object.keys(wanted);
  if (operator === '$elemMatch' || operator === '$slice') return 'operator';
  if (operator === '$meta') throw new CommandError('NotImplemented', 'the embedded store does not support $meta');
  return 'computed';
}

function addPath(tree: Tree, path: string): void {
  let { children } = tree;
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  for (const part of parts) {
    const next = children.get(part);
    if (next === true) throw new CommandError('BadValue', `Path collision at ${path}`, { code: 31249 });
    const child = next ?? { children: new Map<string, Tree | true>() };
    children.set(part, child);
    children = child.children;
  }
  const there = children.get(last);
  if (there !== undefined && there !== true) throw new CommandError('BadValue', `Path collision at ${path}`, { code: 31250 });
  children.set(last, true);
}

function apply(parsed: ParsedProjection, doc: Doc, matchedIndex: number | undefined): Doc {
  const { inclusive, tree, withId } = parsed;
  const picked = inclusive ? include(doc, tree) : exclude(doc, tree);
  const result = inclusive && withId && hasField(doc, '_id') ? { _id: doc['_id'], ...picked } : picked;
  if (!withId) delete result['_id'];
  for (const [path, operator, operand] of parsed.operators) change(result, path, (value) => pickElements(value, operator, operand));
  if (parsed.positional !== undefined) {
    change(result, parsed.positional, (value) => (Array.isArray(value) ? value.slice(matchedIndex ?? 0, (matchedIndex ?? 0) + 1) : value));
  }
  for (const [path, expression] of parsed.computed) setPath(result, path, recoded(evaluateExpression(expression, { doc })));
  return result;
}

/** Computed values go through BSON once, so that they have the types that a client will see. */
function recoded(value: unknown): unknown {
  return value === undefined ? undefined : decode(encode({ value }))['value'];
}

function include(doc: Doc, { children }: Tree): Doc {
  const result: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    const wanted = children.get(name);
    if (wanted === true) setField(result, name, value);
    else if (wanted && (isDoc(value) || Array.isArray(value))) setField(result, name, includeIn(value, wanted));
  }
  return result;
}

function includeIn(value: Doc | unknown[], tree: Tree): unknown {
  if (!Array.isArray(value)) return include(value, tree);
  return value.filter((item) => isDoc(item) || Array.isArray(item)).map((item) => includeIn(item, tree));
}

function exclude(doc: Doc, { children }: Tree): Doc {
  const result: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    const unwanted = children.get(name);
    if (unwanted !== true) setField(result, name, unwanted ? excludeIn(value, unwanted) : value);
  }
  return result;
}

function excludeIn(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => excludeIn(item, tree));
  return isDoc(value) ? exclude(value, tree) : value;
}

function change(doc: Doc, path: string, how: (value: unknown) => unknown): void {
  const [name = '', ...rest] = path.split('.');
  if (!hasField(doc, name)) return;
  const value = doc[name];
  if (rest.length > 0) {
    const inner = isDoc(value) ? { ...value } : value;
    if (isDoc(inner)) change(inner, rest.join('.'), how);
    setField(doc, name, inner);
    return;
  }
  const changed = how(value);
  if (changed === undefined) delete doc[name];
  else setField(doc, name, changed);
}

function setPath(doc: Doc, path: string, value: unknown): void {
  const [name = '', ...rest] = path.split('.');
  if (value === undefined) return;
  if (rest.length === 0) return setField(doc, name, value);
  const inner = doc[name];
  const next: Doc = isDoc(inner) ? { ...inner } : {};
  setPath(next, rest.join('.'), value);
  setField(doc, name, next);
}

function pickElements(value: unknown, operator: string, operand: unknown): unknown {
  if (!Array.isArray(value)) return operator === '$slice' ? value : undefined;
  if (operator === '$slice') return slice(value, operand);
  if (!isDoc(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  const [condition] = parseField('value', { $elemMatch: operand });
  const position: { index: number | undefined } = { index: undefined };
  if (!condition || !matchesFilter(condition, { doc: { value }, position })) return undefined;
  return value.slice(position.index ?? 0, (position.index ?? 0) + 1);
}

function slice(list: readonly unknown[], operand: unknown): unknown[] {
  const numbers = (Array.isArray(operand) ? operand : [operand]).map((item) => (isNumber(item) ? toNumber(item) : NaN));
  const [first = NaN, count] = numbers;
  if (numbers.some(Number.isNaN)) throw new CommandError('BadValue', '$slice needs a number or two numbers');
  if (count === undefined) return first < 0 ? list.slice(first) : list.slice(0, first);
  const start = first < 0 ? Math.max(0, list.length + first) : first;
  return list.slice(start, start + count);
}
