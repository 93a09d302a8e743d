import { MongoError, MongoServerError } from 'mongodb';
import { frozen } from '../../../domain/frozen.js';

interface Entry<Value> {
  /** As it was read; undefined while that is under way. */
  value: Value | undefined;
  readonly reading: Promise<Value | undefined>;
}
interface Writes {
  underWay: number;
  /** Another write was under way beside it at some time: nobody knows which came last. */
  overlapped: boolean;
}

/**
 * What a store was read to hold, for as long as nobody writes it. Exact where every write goes through `write`, that is
 * where a single controller uses the store: what a write takes away is gone for every read that begins after it was
 * answered. What is not there is not kept, and the longest unused makes room.
 */
export class Kept<Key extends string, Value extends object> {
  readonly #largest: number;
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #writes = new Map<Key, Writes>();
  #isSure = true;

  constructor({ largest }: { readonly largest: number }) {
    this.#largest = largest;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** From memory, or read; readers of the same key at once share a read. What comes back can not be edited. */
  get(key: Key, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const known = this.#entries.get(key);
    if (known === undefined) return this.#read(key, read);
    this.#entries.delete(key); // to the end of the line
    this.#entries.set(key, known);
    return known.reading;
  }

  /** The value, if it is at hand and no write of it is under way. */
  peek(key: Key): Value | undefined {
    return this.#writes.has(key) ? undefined : this.#entries.get(key)?.value;
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
      if (value !== undefined && this.#isSure) this.#keep(key, { value: frozen(value), reading: Promise.resolve(value) });
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
    const entry: Entry<Value> = { value: undefined, reading: read().then(frozen) };
    this.#keep(key, entry);
    const forget = (): void => void (this.#entries.get(key) === entry && this.#entries.delete(key));
    entry.reading.then((value) => (value === undefined ? forget() : void (entry.value = value)), forget);
    return entry.reading;
  }

  #keep(key: Key, entry: Entry<Value>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#largest && oldest !== undefined) this.#entries.delete(oldest);
  }

  #begin(key: Key): Writes {
    this.#entries.delete(key);
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
    this.#entries.delete(key);
  }

  #forgetWhere(concerns: (value: Value) => boolean): void {
    for (const [key, { value }] of this.#entries) if (value === undefined || concerns(value)) this.#entries.delete(key);
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
      }
      throw error;
    }
  }
}
