import { isDoc, type Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';
import { parseFilter } from '../query/filter.js';
import { matches } from '../query/match.js';

/** The test that `$[name]` puts to each element. */
export type ElementTests = ReadonlyMap<string, (element: unknown) => boolean>;

/** Reads `arrayFilters`: each filter speaks of one identifier. */
export function parseArrayFilters(filters: unknown): ElementTests {
  const tests = new Map<string, (element: unknown) => boolean>();
  if (filters === undefined) return tests;
  if (!Array.isArray(filters)) throw new CommandError('TypeMismatch', 'arrayFilters must be an array');
  for (const filter of filters.filter(isDoc)) {
    const name = identifierOf(filter);
    if (tests.has(name)) throw new CommandError('FailedToParse', `Found multiple array filters with the same top-level field name ${name}`);
    const parsed = parseFilter(filter);
    tests.set(name, (element) => matches(parsed, { [name]: element }));
  }
  return tests;
}

function identifierOf(filter: Doc): string {
  const names = new Set(topLevelNames(filter));
  const [name, ...others] = names;
  if (name === undefined)
    throw new CommandError('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters');
  if (others.length > 0) {
    throw new CommandError(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and '${others.join("', '")}'`,
    );
  }
  return name;
}

function topLevelNames(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([name, condition]) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? name];
    return Array.isArray(condition) ? condition.filter(isDoc).flatMap(topLevelNames) : [];
  });
}
