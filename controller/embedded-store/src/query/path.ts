import { hasField, isDoc, MISSING } from '../bson/values.js';

/** A field path, split at its dots. */
export type Path = readonly string[];

/** Splits a dotted path. */
export function splitPath(path: string): Path {
  return path.split('.');
}

/** Remembers which element of the outermost array matched: what a positional `$` stands for. */
export interface MatchPosition {
  index: number | undefined;
}

export type Visit = (value: unknown) => boolean;

export interface Walk {
  readonly path: Path;
  readonly visit: Visit;
  /** Whether an array at the end of the path is also visited element by element. */
  readonly intoLastArray: boolean;
  readonly position?: MatchPosition | undefined;
}

/**
 * Shows every value that a path leads to, going through arrays as MongoDB does, until `visit` says true. A branch
 * without the field shows MISSING.
 */
export function walkPath(value: unknown, walk: Walk, at = 0): boolean {
  const name = walk.path[at];
  if (name === undefined) return visitLast(value, walk);
  if (Array.isArray(value)) return walkArray(value, walk, at);
  if (!isDoc(value)) return walk.visit(MISSING);
  return hasField(value, name) ? walkPath(value[name], walk, at + 1) : walk.visit(MISSING);
}

function visitLast(value: unknown, walk: Walk): boolean {
  if (walk.intoLastArray && Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (walk.visit(value[index])) return found(walk, index);
    }
  }
  return walk.visit(value);
}

function walkArray(list: readonly unknown[], walk: Walk, at: number): boolean {
  const name = walk.path[at] ?? '';
  const index = indexOf(name);
  if (index !== undefined && index < list.length && walkPath(list[index], walk, at + 1)) return true;
  let sawDocument = index !== undefined && index < list.length;
  for (let place = 0; place < list.length; place++) {
    const item: unknown = list[place];
    if (!isDoc(item)) continue;
    sawDocument = true;
    if (walkPath(item, walk, at)) return found(walk, place);
  }
  return sawDocument ? false : walk.visit(MISSING_IN_ARRAY);
}

/** What an array without any document shows: it lacks the field, yet does not equal null. */
export const MISSING_IN_ARRAY: unique symbol = Symbol('missing in array');

function found({ position }: Walk, index: number): true {
  if (position) position.index = index;
  return true;
}

/** The array index that a path part names, if it names one. */
export function indexOf(part: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : undefined;
}

/** The value at a path without going through arrays by element: what updates and index lookups need. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (Array.isArray(current)) {
      const index = indexOf(part);
      current = index === undefined || index >= current.length ? MISSING : current[index];
    } else {
      current = isDoc(current) && hasField(current, part) ? current[part] : MISSING;
    }
    if (current === MISSING) return MISSING;
  }
  return current;
}
