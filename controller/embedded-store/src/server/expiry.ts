import type { CommandContext } from '../commands/context.js';
import { parseFilter } from '../query/filter.js';
import type { Filter } from '../query/filter-types.js';
import { Results, type Hit } from '../reading/search.js';
import type { Committer } from '../storage/committer.js';
import type { Collection } from '../storage/collection.js';
import type { Index } from '../storage/index-definition.js';

/** So many documents are removed in one transaction, so that clients never wait long. */
const batchSize = 500;

/** As often as MongoDB looks for documents whose time is over. */
const sweepMs = 60_000;

export interface Sweeper {
  readonly context: CommandContext;
  readonly committer: Committer;
  readonly onNotice: (text: string, fields: object) => void;
}

/** Removes what is due once a minute, batch by batch with clients in between; returns what ends it. */
export function startSweeping({ context, committer, onNotice }: Sweeper): () => void {
  let next: NodeJS.Immediate | undefined;
  const step = () => {
    try {
      if (removeBatch({ context, committer }) > 0) next = setImmediate(step);
    } catch (error) {
      onNotice('expired documents stay for now', { error: error instanceof Error ? error.message : String(error) });
    }
  };
  const timer = setInterval(() => {
    context.cursors.expire();
    step();
  }, sweepMs);
  return () => {
    clearInterval(timer);
    clearImmediate(next);
  };
}

type Parts = Pick<Sweeper, 'context' | 'committer'>;

/** Removes everything that is due now; tells how many documents. */
export function sweepAll(parts: Parts): number {
  let total = 0;
  for (let removed = removeBatch(parts); removed > 0; removed = removeBatch(parts)) total += removed;
  return total;
}

/** At most one batch for each index. Nothing is written, and no transaction begun, where nothing is due. */
function removeBatch({ context, committer }: Parts): number {
  const due = dueIndexes(context);
  if (due.length === 0) return 0;
  let removed = 0;
  committer.transact(() => {
    for (const one of due) {
      for (const hit of hits(context, one)) {
        one.collection.remove(hit);
        removed += 1;
      }
    }
  });
  return removed;
}

interface Due {
  readonly collection: Collection;
  readonly index: Index;
}

function dueIndexes(context: CommandContext): Due[] {
  const all = context.catalogue.all().flatMap((collection) => collection.indexes.map((index) => ({ collection, index })));
  return all.filter((one) => one.index.expireAfterSeconds !== undefined && hits(context, { ...one, limit: 1 }).length > 0);
}

/** Collected before anything is removed, so that the search does not walk over what changes. */
function hits({ environment, now }: CommandContext, { collection, index, limit = batchSize }: Due & { limit?: number }): Hit[] {
  const filter = expiredFilter(index, new Date(now().getTime() - (index.expireAfterSeconds ?? 0) * 1000));
  const search = { filter, sort: [], skip: 0, limit, hint: index.name, variables: undefined };
  return [...new Results(environment, search, collection).take(collection)];
}

function expiredFilter({ fields: [field], partialFilter }: Index, limit: Date): Filter {
  const due = parseFilter({ [field?.name ?? '']: { $lte: limit } });
  return partialFilter ? { type: 'and', parts: [due, partialFilter] } : due;
}
