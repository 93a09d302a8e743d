import type { Instant } from '@drover/protocol';
import type { DamageKind } from './damaged.js';

/** `log:<attempt>` or `blob:<SHA-256>`. */
export type StoredId = `log:${string}` | `blob:${string}`;

/** Bytes whose size and SHA-256 were recorded when they were complete. */
export interface Stored {
  readonly id: StoredId;
  /** Subject of a sentence: “The log of attempt …”. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  read(range: { readonly from: number; readonly to: number }): AsyncIterable<Uint8Array>;
  /** Tells viewers that damage was found, or that it is gone. */
  changed?(): void;
}

export interface DamageRecord {
  readonly _id: StoredId;
  readonly schemaVersion: 1;
  readonly kind: DamageKind;
  readonly sentence: string;
  readonly foundAt: Instant;
  readonly checkedAt: Instant;
}

/** Keeps what is damaged, so that it is known after a restart. */
export interface DamageStore {
  all(): Promise<readonly DamageRecord[]>;
  put(record: DamageRecord): Promise<void>;
  remove(id: StoredId): Promise<void>;
}

/** Where a round of checks stands. */
export interface ScrubState {
  readonly part: 'logs' | 'blobs' | 'done';
  /** The last thing that was checked in this part. */
  readonly after: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly checked: number;
}

export interface ScrubStateStore {
  load(): Promise<ScrubState | undefined>;
  save(state: ScrubState): Promise<void>;
}

/** Everything whose SHA-256 is recorded, in the order of its keys. A key without `stored` needs no check. */
export type ScrubSource = (after: string, limit: number) => Promise<ReadonlyArray<{ readonly key: string; readonly stored?: Stored }>>;
