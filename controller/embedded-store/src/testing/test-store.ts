import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { skipBecause } from '@drover/protocol/testing';
import { MongoClient, type Collection, type Db, type Document } from 'mongodb';

import { startEmbeddedStore, type EmbeddedStore, type EmbeddedStoreOptions } from '../start.js';

/** A folder for one test; `remove` takes it away again. */
export async function makeFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-store-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface TestStore {
  readonly store: EmbeddedStore;
  readonly client: MongoClient;
  readonly folder: string;
  readonly notices: string[];
  end(): Promise<void>;
}

/** A store in a folder of its own, with a client. */
export async function openTestStore(options: Partial<EmbeddedStoreOptions> = {}): Promise<TestStore> {
  const { folder, remove } = await makeFolder();
  const notices: string[] = [];
  const store = await startEmbeddedStore({
    dataDir: join(folder, 'data'),
    onNotice: (text, fields) => notices.push(`${text} ${JSON.stringify(fields)}`),
    ...options,
  });
  const client = await MongoClient.connect(store.uri);
  const end = async () => {
    await client.close();
    await store.close();
    await remove();
  };
  return { store, client, folder, notices, end };
}

/**
 * The same expectations on the embedded store and, where MONGODB_URI names one, on a real MongoDB: what the two
 * disagree about is a fault of the embedded store.
 */
export function describeContract(title: string, body: (db: () => Db) => void): void {
  describe(`${title}, on the embedded store`, () => {
    let opened: TestStore;
    before(async () => {
      opened = await openTestStore();
    });
    after(() => opened.end());
    body(() => opened.client.db('contract'));
  });
  const uri = process.env['MONGODB_URI'];
  if (!uri) {
    it(`${title}, on a real MongoDB`, function () {
      skipBecause(this, 'no MongoDB: MONGODB_URI is not set');
    });
    return;
  }
  describe(`${title}, on a real MongoDB`, () => {
    let client: MongoClient;
    const name = `drover-contract-${process.pid}`;
    before(async () => {
      client = await MongoClient.connect(uri);
    });
    after(async () => {
      await client.db(name).dropDatabase();
      await client.close();
    });
    body(() => client.db(name));
  });
}

/** A document of a test, under an id that is easy to read. */
export type Thing = Document & { _id: string | number };

let collections = 0;

/** An empty collection with a name of its own. */
export async function freshCollection(db: Db): Promise<Collection<Thing>> {
  collections += 1;
  const collection = db.collection<Thing>(`things-${collections}`);
  await collection.drop();
  return collection;
}

/** The error of something that has to fail, with the fields that MongoDB's errors have. */
export async function refusalOf(action: Promise<unknown>): Promise<{ code: unknown; message: string; fields: Record<string, unknown> }> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const fields = Object.fromEntries(Object.entries(error));
    return { code: fields['code'], message: error.message, fields };
  }
  throw new Error('it was expected to fail, and did not');
}
