import type { CommandContext } from '../commands/context.js';
import { parseFilter } from '../query/filter.js';
import type { Filter } from '../query/filter-types.js';
import { Results } from '../reading/search.js';
import type { Collection } from '../storage/collection.js';
import type { Index } from '../storage/index-definition.js';

/** So many documents are removed in one transaction, so that clients never wait long. */
const batchSize = 500;

/** Removes documents whose time is over; tells how many, at most one batch for each index. */
export function removeExpired(context: CommandContext): number {
  let removed = 0;
  for (const collection of context.catalogue.all()) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds !== undefined) removed += sweep(context, { collection, index, seconds: index.expireAfterSeconds });
    }
  }
  return removed;
}

interface Sweep {
  readonly collection: Collection;
  readonly index: Index;
  readonly seconds: number;
}

function sweep({ environment, now }: CommandContext, { collection, index, seconds }: Sweep): number {
  const filter = expiredFilter(index, new Date(now().getTime() - seconds * 1000));
  const search = { filter, sort: [], skip: 0, limit: batchSize, hint: index.name, variables: undefined };
  const hits = [...new Results(environment, search, collection).take(collection)];
  for (const hit of hits) collection.remove(hit);
  return hits.length;
}

function expiredFilter({ fields: [field], partialFilter }: Index, limit: Date): Filter {
  const due = parseFilter({ [field?.name ?? '']: { $lte: limit } });
  return partialFilter ? { type: 'and', parts: [due, partialFilter] } : due;
}
