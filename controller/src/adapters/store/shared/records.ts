import type { Collection } from 'mongodb';
import { Schema, type Connection, type SchemaDefinition } from 'mongoose';
import { ensureIndexes, type IndexWish } from '../../../shared/ensure-indexes.js';

export interface RecordsDefinition {
  readonly collection: string;
  readonly fields: SchemaDefinition;
  readonly indexes: readonly IndexWish[];
}

/** A collection of records of one kind: mongoose keeps its schema, what is read and written goes to the driver directly. */
export interface Records<T extends { readonly _id: string }> {
  readonly native: Collection<T>;
  /** Checks a whole record against the schema, then inserts it. `taken`: another one holds its id or a unique value. */
  insert(record: T): Promise<'inserted' | 'taken'>;
  ensureIndexes(): Promise<void>;
}

/** What is used of a mongoose model: its check of a whole record. */
interface Checking {
  new (record: object): { validate(): Promise<void> };
}

export function recordsOf<T extends { readonly _id: string }>(
  connection: Connection,
  { collection, fields, indexes }: RecordsDefinition,
): Records<T> {
  const schema = new Schema(
    { _id: { type: String, required: true }, schemaVersion: { type: Number, required: true }, ...fields },
    { collection, versionKey: false, minimize: false, strict: 'throw', autoIndex: false },
  );
  if (!connection.modelNames().includes(collection)) connection.model(collection, schema);
  const Checked: Checking = connection.model(collection);
  const native = nativeOf<T>(connection, collection);
  return {
    native,
    async insert(record) {
      await new Checked(record).validate();
      try {
        await connection.collection<{ _id: string }>(collection).insertOne(record);
        return 'inserted';
      } catch (error) {
        if (isDuplicate(error)) return 'taken';
        throw error;
      }
    },
    ensureIndexes: () => ensureIndexes(native, indexes),
  };
}

/** The driver's own collection, through mongoose's connection. */
function nativeOf<T extends { readonly _id: string }>(connection: Connection, collection: string): Collection<T> {
  const { db } = connection;
  if (!db) throw new Error('the store is not connected');
  return db.collection<T>(collection);
}

/** MongoDB's “duplicate key”. */
export const isDuplicate = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11_000;

export const text = { type: String, required: true } as const;
export const maybeText = { type: String } as const;
/** Text that may be empty: mongoose's `required` refuses ''. */
export const anyText = { type: String, default: '' } as const;
export const number = { type: Number, required: true } as const;
export const maybeNumber = { type: Number } as const;
export const maybeFlag = { type: Boolean } as const;
export const flag = { type: Boolean, required: true } as const;
/** Checked by the protocol's schemas before it comes here. */
export const checked = { type: Schema.Types.Mixed, required: true } as const;
