import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';
import { MongoClient } from 'mongodb';

import { openEnvironment } from '../storage/environment.js';
import { startEmbeddedStore } from '../start.js';
import { makeFolder, refusalOf } from '../testing/test-store.js';
import { repairStore } from './repair-store.js';
import { verifyStore } from './verify-store.js';

interface Thing {
  readonly _id: string;
  readonly group: number;
  readonly name: string;
  readonly text: string;
}

const things: readonly Thing[] = Array.from({ length: 300 }, (_, number) => ({
  _id: `thing-${number}`,
  group: number % 7,
  name: `name ${number}`,
  text: `text of ${number} ${'x'.repeat(40)}`,
}));

describe('A9 a damaged store', function () {
  this.timeout(30_000);
  let folder: string;
  let dataDir: string;
  let repaired: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await makeFolder());
    dataDir = join(folder, 'store');
    repaired = join(folder, 'repaired');
    await withStore(dataDir, async (client) => {
      const collection = thingsOf(client);
      await collection.createIndex({ group: 1 });
      await collection.createIndex({ name: 1 }, { unique: true });
      await collection.insertMany([...things]);
    });
  });
  afterEach(() => remove());

  async function change(edit: (bytes: Buffer) => void): Promise<void> {
    const path = join(dataDir, 'data.mdb');
    const bytes = await readFile(path);
    edit(bytes);
    await writeFile(path, bytes);
  }

  const damageDocument = (text: string) =>
    change((bytes) => {
      for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes.writeUInt8(bytes.readUInt8(at + 20) ^ 4, at + 20);
    });

  /** Makes entries of an index that is not unique lead to other documents. */
  async function damageEntry(): Promise<void> {
    const { root, entries } = openEnvironment({ folder: dataDir });
    const [last] = [...entries.getRange({})].filter(({ value }) => value.length === 4).slice(-1).map(({ key }) => Buffer.from(key)); // prettier-ignore
    await root.close();
    if (last === undefined) throw new Error('no index has an entry');
    await change((bytes) => {
      for (let at = bytes.indexOf(last); at >= 0; at = bytes.indexOf(last, at + 1)) bytes.writeUInt8(bytes.readUInt8(at + last.length - 1) ^ 64, at + last.length - 1); // prettier-ignore
    });
  }

  it('says so at its start where an entry of an index leads elsewhere: a document would be left out without a word', async () => {
    await damageEntry();
    expect((await verifyStore(dataDir)).problems.join()).to.match(/entry of index \d+ is damaged/);
    const refusal = await refusalOf(startEmbeddedStore({ dataDir }));
    expect([refusal.code, refusal.message]).to.satisfy(([code, text]: string[]) => code === 'STORE_DAMAGED' && /an entry of index \d+ is damaged/.test(text ?? '') && /repair/.test(text ?? '')); // prettier-ignore
  });

  it('is repaired into a new folder: damaged documents are named and left out, indexes and counts are made again', async () => {
    await damageDocument('text of 41 ');
    await damageEntry();
    const before = await readFile(join(dataDir, 'data.mdb'));
    const { documents, lost } = await repairStore(dataDir, repaired);
    expect(documents).to.equal(things.length - 1);
    expect(lost).to.have.length(1);
    expect(lost[0]).to.match(/^document \d+ of farm\.things \(_id thing-41\)$/);
    expect((await readFile(join(dataDir, 'data.mdb'))).equals(before), 'the damaged store is as it was').to.equal(true);
    const sound = things.filter(({ _id }) => _id !== 'thing-41');
    await withStore(repaired, async (client) => {
      const collection = thingsOf(client);
      expect(await collection.find().toArray()).to.deep.equal(sound);
      expect(await collection.countDocuments({})).to.equal(sound.length);
      for (let group = 0; group < 7; group++)
        expect(await collection.find({ group }).toArray()).to.deep.equal(sound.filter((thing) => thing.group === group));
      expect((await refusalOf(collection.insertOne({ _id: 'other', group: 1, name: 'name 40', text: '' }))).code).to.equal(11_000);
      await collection.insertOne({ _id: 'thing-41', group: 1, name: 'name 41', text: '' });
    });
  });

  it('keeps a sound one whole', async () => {
    expect(await repairStore(dataDir, repaired)).to.deep.equal({ documents: things.length, lost: [] });
  });

  it('is not put into a folder that holds something, and not repaired where its pages are damaged', async () => {
    expect((await refusalOf(repairStore(dataDir, dataDir))).code).to.equal('STORE_NOT_EMPTY');
    await change((bytes) => void bytes.fill(0xff, 8_192));
    expect((await refusalOf(repairStore(dataDir, repaired))).code).to.equal('STORE_DAMAGED');
    await rm(repaired, { recursive: true, force: true });
  });
});

const thingsOf = (client: MongoClient) => client.db('farm').collection<Thing>('things');

async function withStore<T>(dataDir: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const store = await startEmbeddedStore({ dataDir });
  const client = await MongoClient.connect(store.uri);
  try {
    return await use(client);
  } finally {
    await client.close();
    await store.close();
  }
}
