import { crc32 } from 'node:zlib';
import { asId, type AttemptId, type Instant, type OfferId } from '@drover/protocol';
import type { AttemptResult, StepRecord } from '@drover/protocol/agent';

/**
 * What the agent writes down about its attempts:
 *
 *   accepted ──► started ──► finished ──► (released: acknowledged)
 *      │            │            │
 *      └────────────┴────────────┴──────► (released: refused | dropped)
 *
 * A released attempt is forgotten. The specification of an attempt is never written: it holds secrets.
 */
export type JournalRecord =
  | { readonly type: 'accepted'; readonly attemptId: AttemptId; readonly offerId: OfferId; readonly slot: number }
  | {
      readonly type: 'started';
      readonly attemptId: AttemptId;
      readonly fencing: number;
      readonly startedAt: Instant;
      readonly process: ProcessMark;
      readonly steps: readonly StepRecord[];
    }
  | { readonly type: 'steps'; readonly attemptId: AttemptId; readonly steps: readonly StepRecord[] }
  | { readonly type: 'finished'; readonly attemptId: AttemptId; readonly result: AttemptResult }
  | { readonly type: 'released'; readonly attemptId: AttemptId; readonly why: 'acknowledged' | 'refused' | 'dropped' };

/** Which process of the agent started an attempt: after a crash another one finds its leavings. */
export interface ProcessMark {
  readonly pid: number;
  readonly bootNonce: string;
}

interface Held {
  readonly attemptId: AttemptId;
  readonly slot: number;
}
export interface AcceptedEntry extends Held {
  readonly state: 'accepted';
  readonly offerId: OfferId;
}
export interface StartedEntry extends Held {
  readonly state: 'started';
  readonly fencing: number;
  readonly startedAt: Instant;
  readonly process: ProcessMark;
  readonly steps: readonly StepRecord[];
}
export interface FinishedEntry extends Held {
  readonly state: 'finished';
  readonly fencing: number;
  readonly result: AttemptResult;
}
export type JournalEntry = AcceptedEntry | StartedEntry | FinishedEntry;
export type JournalEntries = ReadonlyMap<AttemptId, JournalEntry>;

/** The entries after one more record. A record that doesn't fit what is held changes nothing. */
export function fold(entries: JournalEntries, record: JournalRecord): JournalEntries {
  const before = entries.get(record.attemptId);
  const after = entryAfter(before, record);
  if (after === before) return entries;
  const next = new Map(entries);
  if (after) next.set(record.attemptId, after);
  else next.delete(record.attemptId);
  return next;
}

function entryAfter(before: JournalEntry | undefined, record: JournalRecord): JournalEntry | undefined {
  switch (record.type) {
    case 'accepted':
      return before && before.state !== 'accepted'
        ? before
        : { state: 'accepted', attemptId: record.attemptId, slot: record.slot, offerId: record.offerId };
    case 'started':
      if (before?.state !== 'accepted') return before;
      return {
        state: 'started',
        attemptId: before.attemptId,
        slot: before.slot,
        fencing: record.fencing,
        startedAt: record.startedAt,
        process: record.process,
        steps: record.steps,
      };
    case 'steps':
      return before?.state === 'started' ? { ...before, steps: record.steps } : before;
    case 'finished':
      if (before?.state !== 'started') return before;
      return { state: 'finished', attemptId: before.attemptId, slot: before.slot, fencing: before.fencing, result: record.result };
    case 'released':
      return undefined;
  }
}

/** The records that lead to these entries again: what a compacted journal consists of. */
export function recordsOf(entries: JournalEntries): readonly JournalRecord[] {
  return [...entries.values()].flatMap(recordsOfEntry);
}

function recordsOfEntry(entry: JournalEntry): readonly JournalRecord[] {
  const { attemptId, slot } = entry;
  if (entry.state === 'accepted') return [{ type: 'accepted', attemptId, slot, offerId: entry.offerId }];
  const accepted: JournalRecord = { type: 'accepted', attemptId, slot, offerId: anyOffer };
  if (entry.state === 'started') {
    const { fencing, startedAt, process, steps } = entry;
    return [accepted, { type: 'started', attemptId, fencing, startedAt, process, steps }];
  }
  const started: JournalRecord = {
    type: 'started',
    attemptId,
    fencing: entry.fencing,
    startedAt: entry.result.startedAt,
    process: anyProcess,
    steps: [],
  };
  return [accepted, started, { type: 'finished', attemptId, result: entry.result }];
}

/** Stand for what is no longer of interest once an attempt has gone further. */
const anyOffer = asId<OfferId>('compacted');
const anyProcess: ProcessMark = { pid: 0, bootNonce: 'compacted' };

/** One line of the file: checksum, blank, JSON. */
export function lineOf(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** The record of a line without its end; `undefined` if the line is torn or spoilt. */
export function parseLine(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  if (json === '' || line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json) as JournalRecord; // the checksum says that this program wrote it
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
