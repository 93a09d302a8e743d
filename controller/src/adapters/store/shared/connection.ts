import mongoose, { type Connection } from 'mongoose';

export type StoreConnection = Connection;

/** How long the database may stay away before a call fails rather than waits. */
const giveUpMs = 15_000;

/** Connects to MongoDB or to the embedded store: the same dialect, the same code. Writes count as done when a majority has them on disk. */
export async function connectStore(uri: string): Promise<StoreConnection> {
  return mongoose
    .createConnection(uri, {
      ...(hasDatabase(uri) ? {} : { dbName: 'drover' }),
      autoIndex: false,
      maxPoolSize: 32,
      serverSelectionTimeoutMS: giveUpMs,
      heartbeatFrequencyMS: 10_000,
      writeConcern: { w: 'majority', journal: true },
      readConcernLevel: 'majority',
      ignoreUndefined: true,
    })
    .asPromise();
}

const hasDatabase = (uri: string): boolean => /^mongodb(?:\+srv)?:\/\/[^/]+\/[^?]+/.test(uri);
