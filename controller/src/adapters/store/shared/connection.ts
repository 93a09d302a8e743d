import mongoose, { type Connection } from 'mongoose';

export type StoreConnection = Connection;

/** How long the database may stay away before a call fails rather than waits. */
const giveUpMs = 15_000;
/** A connection on which nothing comes for so long is cut: no call waits for ever. Longer than any command of Drover's takes. */
const silenceMs = 45_000;
/** How long a majority may take to have a write on disk; then it counts as not known, and is looked for. */
const majorityMs = 10_000;

/** Connects to MongoDB or to the embedded store: the same dialect, the same code. Writes count as done when a majority has them on disk. */
export async function connectStore(uri: string): Promise<StoreConnection> {
  return mongoose
    .createConnection(uri, {
      ...(hasDatabase(uri) ? {} : { dbName: 'drover' }),
      autoIndex: false,
      maxPoolSize: 32,
      serverSelectionTimeoutMS: giveUpMs,
      heartbeatFrequencyMS: 10_000,
      waitQueueTimeoutMS: giveUpMs,
      connectTimeoutMS: giveUpMs,
      socketTimeoutMS: silenceMs,
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: majorityMs },
      readConcernLevel: 'majority',
      ignoreUndefined: true,
    })
    .asPromise();
}

const hasDatabase = (uri: string): boolean => /^mongodb(?:\+srv)?:\/\/[^/]+\/[^?]+/.test(uri);
