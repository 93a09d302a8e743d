import { hasField, isDoc, MISSING, setField, typeNameOf, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { indexOf, valueAt, type Path } from '../query/path.js';
import type { ElementTests } from './array-filters.js';
import type { ChangeContext } from './operators.js';
import type { Change } from './parse.js';

export interface ApplyOptions extends ChangeContext {
  readonly matchedIndex: number | undefined;
  readonly elementTests: ElementTests;
}

/** Carries out the changes on a freshly decoded document, in place. */
export function applyChanges(doc: Doc, changes: readonly Change[], options: ApplyOptions): void {
  refuseUnusedFilters(changes, options.elementTests);
  for (const change of changes) {
    if (change.target) rename(doc, change, change.target);
    else for (const path of concretePaths(doc, change, options)) changeAt(doc, { ...change, path }, options);
  }
}

function refuseUnusedFilters(changes: readonly Change[], tests: ElementTests): void {
  for (const name of tests.keys()) {
    if (changes.some(({ path }) => path.includes(`$[${name}]`))) continue;
    throw new CommandError('FailedToParse', `The array filter for identifier '${name}' was not used in the update`);
  }
}

/** The paths that a path with `$`, `$[]` or `$[name]` stands for in this document. */
function concretePaths(doc: Doc, change: Change, options: ApplyOptions): Path[] {
  if (!change.path.some((part) => part.startsWith('$'))) return [change.path];
  let paths: string[][] = [[]];
  for (const part of change.path) {
    paths = paths.flatMap((path) => placesOf(part, { doc, path, options, name: change.name }).map((place) => [...path, place]));
  }
  return paths;
}

interface PlaceQuestion {
  readonly doc: Doc;
  readonly path: Path;
  readonly options: ApplyOptions;
  readonly name: string;
}

function placesOf(part: string, { doc, path, options, name }: PlaceQuestion): string[] {
  if (part === '$') {
    if (options.matchedIndex === undefined) {
      throw new CommandError('BadValue', 'The positional operator did not find the match needed from the query.');
    }
    return [String(options.matchedIndex)];
  }
  if (!part.startsWith('$[')) return [part];
  const list = valueAt(doc, path);
  if (list === MISSING) {
    throw new CommandError('BadValue', `The path '${path.join('.')}' must exist in the document in order to apply array updates.`);
  }
  if (!Array.isArray(list)) {
    throw new CommandError('BadValue', `Cannot apply array updates to non-array element ${path.join('.')}: ${typeNameOf(list)}`);
  }
  const identifier = part.slice(2, -1);
  const test = identifier === '' ? () => true : options.elementTests.get(identifier);
  if (!test) throw new CommandError('BadValue', `No array filter found for identifier '${identifier}' in path '${name}'`);
  return list.flatMap((element: unknown, index) => (test(element) ? [String(index)] : []));
}

function changeAt(doc: Doc, change: Change, context: ChangeContext): void {
  const current = valueAt(doc, change.path);
  const next = change.value(current, context);
  if (next === current) return;
  if (next === MISSING) unset(doc, change.path);
  else assign(doc, change, next);
}

function assign(doc: Doc, { path, name, creates }: Pick<Change, 'path' | 'name' | 'creates'>, value: unknown): void {
  let holder: unknown = doc;
  for (const [depth, part] of path.slice(0, -1).entries()) {
    let next = valueAt(holder, [part]);
    if (next === MISSING) {
      next = {};
      put(holder, part, next, { path, depth, name });
    }
    holder = next;
  }
  if (!creates && !isDoc(holder) && !Array.isArray(holder)) return;
  put(holder, path.at(-1) ?? '', value, { path, depth: path.length - 1, name });
}

interface Place {
  readonly path: Path;
  readonly depth: number;
  readonly name: string;
}

/** MongoDB's own limit on how far an array grows by setting an element beyond its end. */
const mostPadding = 1_500_000;

function put(holder: unknown, part: string, value: unknown, { path, depth }: Place): void {
  if (isDoc(holder)) return setField(holder, part, value);
  const index = Array.isArray(holder) ? indexOf(part) : undefined;
  if (!Array.isArray(holder) || index === undefined) {
    const parent = path.slice(0, depth).join('.');
    throw new CommandError('PathNotViable', `Cannot create field '${part}' in element {${parent}: ${describe(holder)}}`);
  }
  if (index - holder.length > mostPadding) throw new CommandError('BadValue', `can't backfill more than ${mostPadding} elements`);
  while (holder.length < index) holder.push(null);
  holder[index] = value;
}

function describe(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 200);
}

function unset(doc: Doc, path: Path): void {
  const holder = valueAt(doc, path.slice(0, -1));
  const part = path.at(-1) ?? '';
  if (Array.isArray(holder)) holder[Number(part)] = null;
  else if (isDoc(holder)) delete holder[part];
}

function rename(doc: Doc, { path, name }: Change, target: Path): void {
  const value = valueAt(doc, path);
  if (value === MISSING) return;
  for (const side of [path, target]) refuseArrays(doc, side);
  unset(doc, path);
  if (target.length === 1 && hasField(doc, target[0] ?? '')) delete doc[target[0] ?? ''];
  assign(doc, { path: target, name, creates: true }, value);
}

function refuseArrays(doc: Doc, path: Path): void {
  for (let length = 1; length < path.length; length++) {
    if (!Array.isArray(valueAt(doc, path.slice(0, length)))) continue;
    throw new CommandError('BadValue', `The path '${path.join('.')}' of a $rename may not lead through an array`);
  }
}
