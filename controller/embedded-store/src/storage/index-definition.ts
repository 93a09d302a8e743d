import { equalValues } from '../bson/sort-key.js';
import type { Doc } from '../bson/values.js';
import { parseFilter } from '../query/filter.js';
import type { Filter } from '../query/filter-types.js';
import { splitPath, type Path } from '../query/path.js';

export interface IndexField {
  readonly name: string;
  readonly path: Path;
  readonly descending: boolean;
}

/** What is stored about an index. */
export interface IndexRecord {
  readonly id: number;
  readonly name: string;
  readonly key: Doc;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly hidden: boolean;
  readonly partial: Doc | undefined;
  readonly expireAfterSeconds: number | undefined;
  /** For each field, whether some document had an array there: such a field has no single place in the order. */
  readonly multikey: readonly boolean[];
  /** Whether some document had a key too long to keep whole: such keys are found, but not in order. */
  readonly longKeys: boolean;
}

/** An index ready for use. */
export interface Index extends IndexRecord {
  readonly fields: readonly IndexField[];
  readonly partialFilter: Filter | undefined;
}

/** Prepares a stored index for use. */
export function prepareIndex(record: IndexRecord): Index {
  const fields = Object.entries(record.key).map(([name, direction]) => ({
    name,
    path: splitPath(name),
    descending: Number(direction) < 0,
  }));
  return { ...record, fields, partialFilter: record.partial && parseFilter(record.partial) };
}

/** The index as `listIndexes` shows it. */
export function describeIndex(index: IndexRecord): Doc {
  return {
    v: 2,
    key: index.key,
    name: index.name,
    ...(index.unique && index.name !== '_id_' ? { unique: true } : {}),
    ...(index.sparse ? { sparse: true } : {}),
    ...(index.hidden ? { hidden: true } : {}),
    ...(index.partial ? { partialFilterExpression: index.partial } : {}),
    ...(index.expireAfterSeconds === undefined ? {} : { expireAfterSeconds: index.expireAfterSeconds }),
  };
}

/** Whether two index specifications ask for the same fields in the same order and directions. */
export function sameKey(left: Doc, right: Doc): boolean {
  return JSON.stringify(Object.entries(left)) === JSON.stringify(Object.entries(right));
}

/** Whether two indexes are the same one to MongoDB since version 5, which may differ in their other options only. */
export function sameSignature(left: IndexRecord, right: IndexRecord): boolean {
  return (
    sameKey(left.key, right.key) &&
    left.unique === right.unique &&
    left.sparse === right.sparse &&
    equalValues(left.partial ?? null, right.partial ?? null)
  );
}

/** Whether two indexes agree in everything but the name. */
export function sameOptions(left: IndexRecord, right: IndexRecord): boolean {
  return sameSignature(left, right) && left.expireAfterSeconds === right.expireAfterSeconds;
}
