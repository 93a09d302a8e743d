import { decode } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { orderKey, Ranking } from '../planning/order.js';
import { choosePlan, type Plan } from '../planning/plan.js';
import { mayRepeat, runPlan, type Place } from '../planning/run-plan.js';
import type { SortField } from '../planning/served-sort.js';
import type { Filter } from '../query/filter-types.js';
import { matchesFilter } from '../query/match.js';
import type { Collection, StoredDocument } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';

/** What is looked for, in which order, and how many of it. */
export interface Search {
  readonly filter: Filter;
  readonly sort: readonly SortField[];
  readonly skip: number;
  /** Infinity where all are wanted. */
  readonly limit: number;
  readonly hint: string | Doc | undefined;
  readonly variables: Doc | undefined;
}

export interface Hit extends StoredDocument {
  /** The array element that matched: what a positional `$` stands for. */
  readonly matchedIndex: number | undefined;
}

interface PlacedHit {
  readonly hit: Hit;
  readonly place: Place;
}

/**
 * The documents that a search finds, batch by batch. Between batches it holds only a place or a list of record
 * numbers, never a transaction; documents that are removed meanwhile are left out.
 */
export class Results {
  readonly #plan: Plan;
  readonly #seen: Set<number> | undefined;
  #place: Place | undefined;
  #toSkip: number;
  #left: number;
  #ranked: readonly number[] | undefined;
  #rank = 0;

  constructor(
    private readonly environment: Environment,
    private readonly search: Search,
    collection: Collection,
  ) {
    const { filter, sort, hint, limit } = search;
    this.#plan = choosePlan({ indexes: collection.indexes, filter, sort, hint, limited: limit !== Infinity });
    this.#seen = mayRepeat(this.#plan) ? new Set() : undefined;
    this.#toSkip = search.skip;
    this.#left = search.limit;
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** The next documents. Breaking off is allowed: the next call continues behind the last one taken. */
  *take(collection: Collection): Generator<Hit> {
    if (this.#left <= 0) return;
    yield* this.#plan.servesSort ? this.#stream(collection) : this.#ranking(collection);
  }

  *#stream(collection: Collection): Generator<Hit> {
    for (const { hit, place } of this.#matching(collection, this.#place)) {
      this.#place = place;
      if (this.#toSkip > 0) {
        this.#toSkip -= 1;
        continue;
      }
      this.#left -= 1;
      yield hit;
      if (this.#left <= 0) return;
    }
  }

  *#ranking(collection: Collection): Generator<Hit> {
    this.#ranked ??= this.#collectRanks(collection);
    while (this.#rank < this.#ranked.length) {
      const record = this.#ranked[this.#rank++] ?? 0;
      const stored = collection.load(record);
      if (!stored) continue;
      const position = { index: undefined };
      matchesFilter(this.search.filter, { doc: stored.doc, position, variables: this.search.variables });
      yield { ...stored, matchedIndex: position.index };
    }
  }

  #collectRanks(collection: Collection): number[] {
    const { sort, skip, limit } = this.search;
    const ranking = new Ranking<number>(skip + limit);
    for (const { hit } of this.#matching(collection, undefined)) ranking.add(orderKey(hit.doc, sort), hit.record);
    return ranking.items().slice(skip);
  }

  *#matching(collection: Collection, after: Place | undefined): Generator<PlacedHit> {
    const { filter, variables } = this.search;
    const run = runPlan({ environment: this.environment, collection, plan: this.#plan, after });
    for (const { record, place } of run) {
      if (this.#seen?.has(record)) continue;
      const bytes = collection.read(record);
      if (!bytes) continue;
      const doc = decode(bytes);
      const position: { index: number | undefined } = { index: undefined };
      if (!matchesFilter(filter, { doc, position, variables })) continue;
      this.#seen?.add(record);
      yield { hit: { record, bytes, doc, matchedIndex: position.index }, place };
    }
  }
}

/** Everything a search finds, collected before anything is changed, so that changes cannot be found again. */
export function findAll(environment: Environment, collection: Collection, search: Search): Hit[] {
  return [...new Results(environment, search, collection).take(collection)];
}

/** The first document of a search. */
export function findFirst(environment: Environment, collection: Collection, search: Search): Hit | undefined {
  for (const hit of new Results(environment, { ...search, limit: 1 }, collection).take(collection)) return hit;
  return undefined;
}
