import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '@drover/protocol/testing';
import { startEmbeddedStore } from '@drover/embedded-store';
import { MongoClient } from 'mongodb';

/** A server for one suite. */
export interface TestDatabase {
  /** URI of a database of this name, empty at first; the name is made unique where the server is shared. */
  uri(name: string): string;
  close(): Promise<void>;
}

/** O5: the same expectations on the embedded store and, where MONGODB_URI names one, on a real MongoDB. `body` gets a way to the server, good from `before` on. */
export function describeDatabases(title: string, body: (database: () => TestDatabase) => void): void {
  describeOne(`${title}, on the embedded store`, openEmbedded, body);
  const given = process.env['MONGODB_URI'];
  if (given === undefined || given === '')
    it(`${title}, on a real MongoDB`, function () {
      skipBecause(this, 'no MongoDB: MONGODB_URI is not set');
    });
  else describeOne(`${title}, on a real MongoDB`, async () => openGiven(given), body);
}

function describeOne(title: string, open: () => Promise<TestDatabase>, body: (database: () => TestDatabase) => void): void {
  describe(title, () => {
    let opened: TestDatabase | undefined;
    before(async () => {
      opened = await open();
    });
    body(() => {
      if (opened === undefined) throw new Error('the database is there from `before` on');
      return opened;
    });
    after(() => opened?.close()); // once the suite has closed its clients
  });
}

async function openEmbedded(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-database-'));
  const store = await startEmbeddedStore({ dataDir: folder });
  return {
    uri: (name) => uriOf(store.uri, name),
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openGiven(given: string): TestDatabase {
  const names = new Set<string>();
  const ownName = (name: string) => `drover-test-${process.pid}-${name}`;
  return {
    uri(name) {
      names.add(ownName(name));
      return uriOf(given, ownName(name));
    },
    async close() {
      const client = await MongoClient.connect(given);
      for (const name of names) await client.db(name).dropDatabase();
      await client.close();
    },
  };
}

/** The same server and options, another database: `mongodb://host[/database][?options]`. */
function uriOf(uri: string, database: string): string {
  const [, server = uri, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  return `${server}/${database}${query}`;
}
