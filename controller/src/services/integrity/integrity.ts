import { createHash } from 'node:crypto';
import type { Clock, Log, Monotonic } from '../ports/environment.js';
import { Damaged, damageOf } from './damaged.js';
import type { DamageRecord, DamageStore, Stored, StoredId } from './integrity-ports.js';

export interface IntegrityPorts {
  readonly store: DamageStore;
  readonly monotonic: Monotonic;
  readonly clock: Clock;
  readonly log: Log;
}

/** Up to this size bytes are checked before the first of them is sent; longer ones while they are sent. */
const checkedFirstBytes = 16_777_216;
/** So long a check counts. */
const freshMs = 3_600_000;
/** Damaged bytes are checked again after this long: an administrator may have restored them. */
const damagedFreshMs = 30_000;
/** Checks that are remembered. */
const mostRemembered = 20_000;
const pieceBytes = 262_144;

/**
 * Compares stored bytes with their recorded SHA-256 and remembers what is damaged. Bytes sent whole always pass
 * through `whole`, which keeps the last piece back until the SHA-256 agrees: damage never looks like a complete answer.
 */
export class Integrity {
  readonly #ports: IntegrityPorts;
  readonly #damaged = new Map<StoredId, DamageRecord>();
  readonly #checkedAtMs = new Map<StoredId, number>();
  readonly #checking = new Map<StoredId, Promise<DamageRecord | undefined>>();

  constructor(ports: IntegrityPorts) {
    this.#ports = ports;
  }

  /** Reads what earlier checks found. */
  async load(): Promise<void> {
    for (const record of await this.#ports.store.all()) this.#damaged.set(record._id, record);
  }

  /** How many logs and files are known to be damaged. */
  get damagedCount(): number {
    return this.#damaged.size;
  }

  damageOf(id: StoredId): DamageRecord | undefined {
    return this.#damaged.get(id);
  }

  /** Throws `Damaged` where the bytes are known, or now found, to be damaged. Long ones are only looked at from outside. */
  async assure(stored: Stored): Promise<void> {
    const known = this.#damaged.get(stored.id);
    const age = this.#ports.monotonic.elapsedMs() - (this.#checkedAtMs.get(stored.id) ?? -Infinity);
    if (known && age < damagedFreshMs) throw damagedBy(known);
    if (!known && age < freshMs) return this.#probe(stored);
    if (!known && stored.sizeBytes > checkedFirstBytes) return this.#probe(stored);
    const damage = await this.#checkOnce(stored);
    if (damage) throw damagedBy(damage);
  }

  /** All bytes; throws `Damaged` instead of giving the last piece where they are not what was stored. */
  async *whole(stored: Stored): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let held: Uint8Array | undefined;
    for await (const piece of this.part(stored, { from: 0, to: stored.sizeBytes })) {
      hash.update(piece);
      if (held) yield held;
      held = piece;
    }
    if (hash.digest('hex') !== stored.sha256) throw damagedBy(await this.#note(stored, changedOf(stored)));
    await this.#sound(stored);
    if (held) yield held;
  }

  /** The bytes of a range, as they are; damage that shows while reading is noted. */
  async *part(stored: Stored, range: { readonly from: number; readonly to: number }): AsyncGenerator<Uint8Array> {
    try {
      yield* stored.read(range);
    } catch (error) {
      throw await this.#judged(stored, error);
    }
  }

  /** Reads all bytes and compares. `pace` is awaited after each piece, with its length. */
  async check(stored: Stored, pace?: (bytes: number) => Promise<void>): Promise<DamageRecord | undefined> {
    const hash = createHash('sha256');
    try {
      for (let from = 0; from < stored.sizeBytes; from += pieceBytes) {
        for await (const piece of stored.read({ from, to: Math.min(from + pieceBytes, stored.sizeBytes) })) {
          hash.update(piece);
          await pace?.(piece.length);
        }
      }
    } catch (error) {
      if (damageOf(error) === undefined) throw error;
      return this.#note(stored, asDamaged(stored, error));
    }
    if (hash.digest('hex') !== stored.sha256) return this.#note(stored, changedOf(stored));
    await this.#sound(stored);
    return undefined;
  }

  /** The bytes were removed or replaced. */
  async forget(id: StoredId): Promise<void> {
    this.#checkedAtMs.delete(id);
    if (!this.#damaged.delete(id)) return;
    await this.#ports.store
      .remove(id)
      .catch((error: unknown) => this.#ports.log.warn('a damage record could not be removed', { stored: id, error }));
  }

  /** Forgets damage of what was not checked since: it no longer exists. */
  async forgetUncheckedSince(instant: number): Promise<void> {
    for (const { _id, checkedAt } of this.#damaged.values()) if (checkedAt < instant) await this.forget(_id);
  }

  /** One check at a time for the same bytes, however many ask. */
  #checkOnce(stored: Stored): Promise<DamageRecord | undefined> {
    const running = this.#checking.get(stored.id);
    if (running) return running;
    const check = this.check(stored).finally(() => this.#checking.delete(stored.id));
    this.#checking.set(stored.id, check);
    return check;
  }

  /** Reads the last byte: finds bytes that are missing or cut off at once. */
  async #probe(stored: Stored): Promise<void> {
    if (stored.sizeBytes === 0) return;
    for await (const _ of this.part(stored, { from: stored.sizeBytes - 1, to: stored.sizeBytes }));
  }

  async #judged(stored: Stored, error: unknown): Promise<unknown> {
    return damageOf(error) === undefined ? error : damagedBy(await this.#note(stored, asDamaged(stored, error)));
  }

  async #note(stored: Stored, { kind, message: sentence, cause }: Damaged): Promise<DamageRecord> {
    const { store, clock, log } = this.#ports;
    const now = clock.now();
    const known = this.#damaged.get(stored.id);
    const record: DamageRecord = { _id: stored.id, schemaVersion: 1, kind, sentence, foundAt: known?.foundAt ?? now, checkedAt: now };
    this.#remember(stored.id);
    this.#damaged.set(stored.id, record);
    if (!known) {
      log.error('stored bytes are damaged', { stored: stored.id, kind, sentence, error: cause });
      stored.changed?.();
    }
    await store
      .put(record)
      .catch((error: unknown) => log.warn('damage could not be recorded; it is known until the restart', { stored: stored.id, error }));
    return record;
  }

  async #sound(stored: Stored): Promise<void> {
    this.#remember(stored.id);
    if (!this.#damaged.has(stored.id)) return;
    this.#ports.log.info('damaged bytes are whole again', { stored: stored.id });
    await this.forget(stored.id);
    this.#remember(stored.id);
    stored.changed?.();
  }

  #remember(id: StoredId): void {
    this.#checkedAtMs.delete(id);
    this.#checkedAtMs.set(id, this.#ports.monotonic.elapsedMs());
    if (this.#checkedAtMs.size <= mostRemembered) return;
    const [oldest] = this.#checkedAtMs.keys();
    if (oldest !== undefined) this.#checkedAtMs.delete(oldest);
  }
}

const advice = 'Restore it from a backup, or run the task again.';
const damagedBy = ({ kind, sentence }: DamageRecord): Damaged => new Damaged(kind, sentence);

const changedOf = ({ name, sha256 }: Stored): Damaged =>
  new Damaged('changed', `${name} is damaged: its bytes no longer have the SHA-256 ${sha256} that was recorded. ${advice}`);

function asDamaged(stored: Stored, error: unknown): Damaged {
  const kind = damageOf(error) ?? 'unreadable';
  const what = kind === 'missing' ? 'the storage no longer has all of its bytes' : 'the disk cannot read all of its bytes';
  return kind === 'changed' ? changedOf(stored) : new Damaged(kind, `${stored.name} is damaged: ${what}. ${advice}`, { cause: error });
}
