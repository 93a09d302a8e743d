import type { Environment } from '../storage/environment.js';
import type { Collection } from '../storage/collection.js';
import { documentKey, idPrefix, recordIdBytes, recordOf, successor } from '../storage/keys.js';
import { damagedValue, openValue } from '../storage/sealed-value.js';
import type { Interval } from './intervals.js';
import type { IndexPlan, Plan } from './plan.js';

/** Where a search stands: it can continue from there later, without holding anything open. */
export interface Place {
  readonly part: number;
  readonly key: Buffer;
  /** Inside the part of a union. */
  readonly inner?: Place;
}

/** A record that a plan came upon. */
export interface Found {
  readonly record: number;
  readonly place: Place;
}

export interface PlanRun {
  readonly environment: Environment;
  readonly collection: Collection;
  readonly plan: Plan;
  /** Continues behind this place. */
  readonly after?: Place | undefined;
}

/** The records that a plan leads to, in its order. Must be used up or left within one turn of the event loop. */
export function* runPlan({ environment, collection, plan, after }: PlanRun): Generator<Found> {
  switch (plan.type) {
    case 'scan':
      yield* scan({ environment, collection, reverse: plan.reverse, after });
      break;
    case 'index':
      yield* plan.merge ? mergeIntervals(environment, plan, after) : walkIntervals(environment, plan, after);
      break;
    case 'union':
      for (const [part, alternative] of plan.parts.entries()) {
        if (part < (after?.part ?? 0)) continue;
        const inner = after?.part === part ? after.inner : undefined;
        for (const { record, place } of runPlan({ environment, collection, plan: alternative, after: inner })) {
          yield { record, place: { part, key: place.key, inner: place } };
        }
      }
  }
}

/** Whether a plan may come upon the same record more than once. */
export function mayRepeat(plan: Plan): boolean {
  return plan.type === 'union' || (plan.type === 'index' && plan.repeats);
}

interface ScanRun {
  readonly environment: Environment;
  readonly collection: Collection;
  readonly reverse: boolean;
  readonly after: Place | undefined;
}

function* scan({ environment, collection, reverse, after }: ScanRun): Generator<Found> {
  const low = documentKey(collection.id, 0);
  const high = successor(idPrefix(collection.id));
  for (const key of environment.documents.getKeys(keyRange({ low, high }, reverse, after && { key: after.key, inclusive: false }))) {
    yield { record: recordOf(key), place: { part: 0, key } };
  }
}

interface Resume {
  readonly key: Buffer;
  readonly inclusive: boolean;
}

function keyRange({ low, high }: Interval, reverse: boolean, resume: Resume | undefined) {
  const common = { snapshot: false, exclusiveStart: resume ? !resume.inclusive : reverse };
  return reverse
    ? { ...common, start: resume?.key ?? high, end: low, inclusiveEnd: true, reverse: true }
    : { ...common, start: resume?.key ?? low, end: high };
}

function* walkIntervals(environment: Environment, plan: IndexPlan, after: Place | undefined): Generator<Found> {
  const parts = [...plan.intervals.entries()];
  if (plan.reverse) parts.reverse();
  for (const [part, interval] of parts) {
    if (after && (plan.reverse ? part > after.part : part < after.part)) continue;
    const resume = after?.part === part ? { key: after.key, inclusive: false } : undefined;
    yield* walkInterval({ environment, plan, interval, part, resume });
  }
}

interface IntervalRun {
  readonly environment: Environment;
  readonly plan: IndexPlan;
  readonly interval: Interval;
  readonly part: number;
  readonly resume: Resume | undefined;
}

function* walkInterval({ environment, plan, interval, part, resume }: IntervalRun): Generator<Found> {
  if (plan.exact) {
    const value = resume?.inclusive === false ? undefined : environment.entries.getBinary(interval.low);
    if (value) yield { record: uniqueRecord(plan, interval.low, value), place: { part, key: interval.low } };
    return;
  }
  const range = keyRange(interval, plan.reverse, resume);
  if (plan.index.unique) {
    for (const { key, value } of environment.entries.getRange(range))
      yield { record: uniqueRecord(plan, key, value), place: { part, key } };
  } else {
    for (const key of environment.entries.getKeys(range)) yield { record: recordOf(key), place: { part, key } };
  }
}

/** The record that an entry of a unique index leads to. */
function uniqueRecord({ index }: IndexPlan, key: Buffer, value: Buffer): number {
  const bytes = openValue(key, value, recordIdBytes);
  if (!bytes) throw damagedValue(`An entry of index ${index.name}`);
  return recordOf(bytes);
}

/** Reads all intervals side by side, always taking the key whose rest behind the prefix comes first. */
function* mergeIntervals(environment: Environment, plan: IndexPlan, after: Place | undefined): Generator<Found> {
  const { prefixBytes, reverse } = plan;
  const direction = reverse ? -1 : 1;
  const rest = (found: Found) => found.place.key.subarray(prefixBytes);
  const runs = plan.intervals.map((interval, part) => {
    const resume = after && resumeBehind(after, { interval, part, prefixBytes });
    return walkInterval({ environment, plan, interval, part, resume });
  });
  const heads = runs.map((run) => run.next());
  try {
    for (;;) {
      let first: { run: number; found: Found } | undefined;
      for (const [run, head] of heads.entries()) {
        if (head.done) continue;
        if (!first || direction * Buffer.compare(rest(head.value), rest(first.found)) < 0) first = { run, found: head.value };
      }
      if (!first) return;
      yield first.found;
      const run = runs[first.run];
      if (run) heads[first.run] = run.next();
    }
  } finally {
    for (const run of runs) run.return(undefined);
  }
}

interface MergedPart {
  readonly interval: Interval;
  readonly part: number;
  readonly prefixBytes: number;
}

/** Equal rests are taken in the order of the parts, so later parts may still hold the very rest that was last. */
function resumeBehind(after: Place, { interval, part, prefixBytes }: MergedPart): Resume {
  const key = Buffer.concat([interval.low.subarray(0, prefixBytes), after.key.subarray(prefixBytes)]);
  return { key, inclusive: part > after.part };
}
