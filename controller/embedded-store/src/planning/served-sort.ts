import type { Index } from '../storage/index-definition.js';

export interface SortField {
  readonly name: string;
  readonly descending: boolean;
}

/** Whether an index delivers an order, and how it has to be read for that. */
export interface SortService {
  readonly served: boolean;
  readonly reverse: boolean;
  /** Whether the ranges under several values must be merged by what follows those values. */
  readonly merge: boolean;
}

const unserved: SortService = { served: false, reverse: false, merge: false };

/**
 * `points` are the values that the leading fields are bound to. Fields bound to one value have no say in the order;
 * the rest of the sort must follow the index's fields, all in its direction or all against it.
 */
export function servedSort(
  index: Index,
  points: readonly { readonly points: readonly unknown[] }[],
  sort: readonly SortField[],
): SortService {
  if (index.longKeys && sort.length > 0) return unserved;
  const isFixed = (name: string) =>
    index.fields.some((field, place) => field.name === name && !index.multikey[place] && points[place]?.points.length === 1);
  const wanted = sort.filter(({ name }) => !isFixed(name));
  if (wanted.length === 0) return { served: true, reverse: false, merge: false };
  const fixed = leading(points, (bound) => bound.points.length === 1);
  const plain = follows(index, fixed, wanted);
  if (plain) return { ...plain, merge: false };
  const merged = points.length > fixed ? follows(index, points.length, wanted) : undefined;
  return merged ? { ...merged, merge: true } : unserved;
}

function leading<T>(items: readonly T[], holds: (item: T) => boolean): number {
  const first = items.findIndex((item) => !holds(item));
  return first < 0 ? items.length : first;
}

function follows(index: Index, from: number, wanted: readonly SortField[]): { served: true; reverse: boolean } | undefined {
  let reverse: boolean | undefined;
  for (const [offset, { name, descending }] of wanted.entries()) {
    const field = index.fields[from + offset];
    if (field?.name !== name || index.multikey[from + offset]) return undefined;
    const against = field.descending !== descending;
    if (reverse !== undefined && reverse !== against) return undefined;
    reverse = against;
  }
  return { served: true, reverse: reverse ?? false };
}
