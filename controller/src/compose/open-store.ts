import mongoose from 'mongoose';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedStore, type EmbeddedStore } from '@drover/embedded-store';
import { connectStore, type StoreConnection } from '../adapters/store/shared/connection.js';
import type { Log } from '../services/ports/environment.js';

export interface OpenStore {
  readonly connection: StoreConnection;
  /** Absent on MongoDB. */
  readonly embedded: EmbeddedStore | undefined;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** How long “is the store there?” may take. */
const pingMs = 2_000;

/** Opens the embedded store in its folder, or connects to MongoDB. */
export async function openStore({
  dataDir,
  mongoUri,
  log,
}: {
  readonly dataDir: string;
  readonly mongoUri: string | undefined;
  readonly log: Log;
}): Promise<OpenStore> {
  const embedded = mongoUri === undefined ? await startEmbedded(dataDir, log) : undefined;
  const connection = await connectStore(mongoUri ?? embedded?.uri ?? '').catch(async (error: unknown) => {
    await embedded?.close();
    throw error;
  });
  return {
    connection,
    embedded,
    isReachable: shared(async () => {
      try {
        await within(pingMs, connection.db?.command({ ping: 1 }, { timeoutMS: pingMs }));
        return connection.readyState === mongoose.ConnectionStates.connected;
      } catch {
        return false;
      }
    }),
    async close() {
      await connection.close();
      await embedded?.close();
    },
  };
}

/** A call while another one is under way gets the answer of that one. Strangers may ask as often as they like. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => (underWay ??= ask().finally(() => (underWay = undefined)));
}

/** The driver's own limit does not cover its search for a server. */
async function within(limitMs: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`not within ${limitMs} ms`)), limitMs)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function startEmbedded(dataDir: string, log: Log): Promise<EmbeddedStore> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return startEmbeddedStore({ dataDir: join(dataDir, 'store'), onNotice: (text, fields) => log.warn(text, { ...fields }) });
}
