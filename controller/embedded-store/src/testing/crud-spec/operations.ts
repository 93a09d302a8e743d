import { Db, type BulkWriteResult, type Collection, type Document } from 'mongodb';

type Call<Target> = (target: Target, args: Document) => Promise<unknown>;

const onCollections: Readonly<Record<string, Call<Collection>>> = {
  aggregate: (collection, { pipeline, ...options }) => collection.aggregate(pipeline, options).toArray(),
  bulkWrite: (collection, { requests, ...options }) => collection.bulkWrite(requests, options),
  count: (collection, { filter, ...options }) => collection.count(filter, options),
  countDocuments: (collection, { filter, ...options }) => collection.countDocuments(filter, options),
  createIndex: (collection, { keys, ...options }) => collection.createIndex(keys, options),
  deleteMany: (collection, { filter, ...options }) => collection.deleteMany(filter, options),
  deleteOne: (collection, { filter, ...options }) => collection.deleteOne(filter, options),
  distinct: (collection, { fieldName, filter, ...options }) => collection.distinct(fieldName, filter, options),
  estimatedDocumentCount: (collection, options) => collection.estimatedDocumentCount(options),
  find: (collection, { filter, ...options }) => collection.find(filter, options).toArray(),
  findOne: (collection, { filter, ...options }) => collection.findOne(filter, options),
  findOneAndDelete: (collection, { filter, ...options }) => collection.findOneAndDelete(filter, options),
  findOneAndReplace: (collection, { filter, replacement, ...options }) =>
    collection.findOneAndReplace(filter, replacement, withReturned(options)),
  findOneAndUpdate: (collection, { filter, update, ...options }) => collection.findOneAndUpdate(filter, update, withReturned(options)),
  insertMany: (collection, { documents, ...options }) => collection.insertMany(documents, options),
  insertOne: (collection, { document, ...options }) => collection.insertOne(document, options),
  replaceOne: (collection, { filter, replacement, ...options }) => collection.replaceOne(filter, replacement, options),
  updateMany: (collection, { filter, update, ...options }) => collection.updateMany(filter, update, options),
  updateOne: (collection, { filter, update, ...options }) => collection.updateOne(filter, update, options),
};

const onDatabases: Readonly<Record<string, Call<Db>>> = {
  aggregate: (db, { pipeline, ...options }) => db.aggregate(pipeline, options).toArray(),
  createCollection: async (db, { collection, ...options }) => void (await db.createCollection(collection, options)),
  dropCollection: (db, { collection, ...options }) => db.dropCollection(collection, options),
  modifyCollection: (db, { collection, ...options }) => db.command({ collMod: collection, ...options }),
};

/** The specification writes `Before` and `After`. */
function withReturned({ returnDocument, ...options }: Document): Document {
  return returnDocument === undefined ? options : { ...options, returnDocument: String(returnDocument).toLowerCase() };
}

/** Carries out one operation through the driver; its result in the words of the specification. */
export async function operate(target: Collection | Db, name: string, args: Document): Promise<unknown> {
  const call = target instanceof Db ? onDatabases[name] : onCollections[name];
  if (!call) throw new UnknownOperation(name);
  const result = target instanceof Db ? await onDatabases[name]?.(target, args) : await onCollections[name]?.(target, args);
  return describeResult(result);
}

export class UnknownOperation extends Error {}

/** A result as plain fields; the driver says null where the specification has no field. */
export function describeResult(result: unknown): unknown {
  if (isBulkResult(result)) {
    const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds, insertedIds } = result;
    return { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds, insertedIds };
  }
  if (typeof result !== 'object' || result === null || !('upsertedId' in result)) return result;
  const { upsertedId, ...rest } = result;
  return upsertedId === null ? rest : { ...rest, upsertedId };
}

/** The driver does not export the class; its counts are getters, which copies of it lack. */
function isBulkResult(result: unknown): result is BulkWriteResult {
  return typeof result === 'object' && result !== null && 'getWriteErrors' in result;
}
