import { MongoError, MongoServerError } from 'mongodb';
import { frozen } from '../../../domain/frozen.js';
import { roughBytesOf } from './rough-size.js';

interface Entry<Value> {
  /** As it was read; undefined while that is under way. */
  value: Value | undefined;
  bytes: number;
  readonly reading: Promise<Value | undefined>;
}
export interface Bounds {
  /** So many values. */
  readonly largest: number;
  /** So much memory, about; a value that is larger is not kept. */
  readonly largestBytes: number;
}
interface Writes {
  underWay: number;
  /** Another write was under way beside it at some time: nobody knows which came last. */
  overlapped: boolean;
}

/**
 * What a store was read to hold, for as long as nobody writes it. Exact where every write goes through `write`, that is
 * where a single controller uses the store: what a write takes away is gone for every read that begins after it was
 * answered. What is not there is not kept, and the longest unused makes room, by count and by bytes.
 */
export class Kept<Key extends string, Value extends object> {
  readonly #bounds: Bounds;
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #writes = new Map<Key, Writes>();
  #bytes = 0;
  #isSure = true;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** From memory, or read; readers of the same key at once share a read. What comes back cannot be edited. */
  get(key: Key, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const known = this.#entries.get(key);
    if (known === undefined) return this.#read(key, read);
    this.#entries.delete(key); // to the end of the line
    this.#entries.set(key, known);
    return known.reading;
  }

  /** The value, if it is in memory and no write of it is under way. */
  peek(key: Key): Value | undefined {
    return this.#writes.has(key) ? undefined : this.#entries.get(key)?.value;
  }

  /** Puts in what was not there. A reader that asks once that was answered shares no read that came too early for it. */
  async insert<T>(key: Key, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#drop(key);
    }
  }

  /** Writes what belongs to the key. `after` tells what is stored then, where the write itself says it and no other one was under way. */
  async write<T>(key: Key, work: () => Promise<T>, after?: (answer: T) => Value | undefined): Promise<T> {
    const writes = this.#begin(key);
    let value: Value | undefined;
    try {
      const answer = await this.#certain(work);
      value = writes.overlapped ? undefined : after?.(answer);
      return answer;
    } finally {
      this.#end(key, writes);
      if (value !== undefined && this.#isSure) this.#filled(key, this.#keep(key, Promise.resolve(value)), frozen(value));
    }
  }

  /** Writes what belongs to any of those keys whose value it may concern; what is yet being read may be one. */
  async writeWhere<T>(concerns: (value: Value) => boolean, work: () => Promise<T>): Promise<T> {
    this.#forgetWhere(concerns);
    try {
      return await this.#certain(work);
    } finally {
      this.#forgetWhere(concerns);
    }
  }

  #read(key: Key, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    if (!this.#isSure) return read();
    const entry = this.#keep(key, read().then(frozen));
    const forget = (): void => void (this.#entries.get(key) === entry && this.#drop(key));
    entry.reading.then((value) => (value === undefined ? forget() : this.#filled(key, entry, value)), forget);
    return entry.reading;
  }

  #keep(key: Key, reading: Promise<Value | undefined>): Entry<Value> {
    const entry: Entry<Value> = { value: undefined, bytes: 0, reading };
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#makeRoom();
    return entry;
  }

  /** What was read counts from here on, if it was not taken away meanwhile. */
  #filled(key: Key, entry: Entry<Value>, value: Value): void {
    if (this.#entries.get(key) !== entry) return;
    const bytes = roughBytesOf(value);
    if (bytes > this.#bounds.largestBytes) return this.#drop(key);
    entry.value = value;
    entry.bytes = bytes;
    this.#bytes += entry.bytes;
    this.#makeRoom();
  }

  #makeRoom(): void {
    const { largest, largestBytes } = this.#bounds;
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= largest && this.#bytes <= largestBytes) return;
      this.#drop(key);
    }
  }

  #drop(key: Key): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  #begin(key: Key): Writes {
    this.#drop(key);
    const known = this.#writes.get(key);
    const writes = known ?? { underWay: 0, overlapped: false };
    writes.overlapped = known !== undefined;
    writes.underWay += 1;
    this.#writes.set(key, writes);
    return writes;
  }

  #end(key: Key, writes: Writes): void {
    writes.underWay -= 1;
    if (writes.underWay === 0) this.#writes.delete(key);
    this.#drop(key);
  }

  #forgetWhere(concerns: (value: Value) => boolean): void {
    for (const [key, { value }] of this.#entries) if (value === undefined || concerns(value)) this.#drop(key);
    for (const writes of this.#writes.values()) writes.overlapped = true;
  }

  /** Of a write that the store did not answer nobody knows whether it is yet to come: from then on nothing is kept. */
  async #certain<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MongoError && !(error instanceof MongoServerError)) {
        this.#isSure = false;
        this.#entries.clear();
        this.#bytes = 0;
      }
      throw error;
    }
  }
}
