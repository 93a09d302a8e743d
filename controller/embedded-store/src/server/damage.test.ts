import { copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';
import { MongoClient, type Document } from 'mongodb';

import { openEnvironment } from '../storage/environment.js';
import { startEmbeddedStore } from '../start.js';
import { makeFolder, refusalOf } from '../testing/test-store.js';
import { verifyStore } from './verify-store.js';

type Thing = Document & { _id: number };

const count = 600;

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

async function backUp(dataDir: string, to: string): Promise<void> {
  const store = await startEmbeddedStore({ dataDir });
  try {
    await store.backup(to);
  } finally {
    await store.close();
  }
}

const thingsOf = (client: MongoClient) => client.db('farm').collection<Thing>('things');
const allOf = (client: MongoClient) => thingsOf(client).find().sort({ _id: 1 }).toArray();

async function fill(client: MongoClient): Promise<void> {
  const things = thingsOf(client);
  await things.createIndex({ group: 1, tags: 1 });
  await things.createIndex({ name: 1 }, { unique: true });
  const made = Array.from({ length: count }, (_, _id) => ({
    _id,
    name: `thing ${_id}`,
    group: _id % 7,
    tags: ['a', `tag ${_id % 30}`],
    text: `text of ${_id} ${'x'.repeat(_id % 90 === 0 ? 9_000 : _id % 200)}`,
  }));
  await things.insertMany(made);
  for (let _id = 0; _id < count; _id += 5) await things.updateOne({ _id }, { $set: { group: 100 + _id } });
  await things.deleteMany({ group: 3 });
}

/** Small, fast and the same on each machine (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Old versions of pages hold the text, too. */
function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

describe('O5 a store on a disk that changes bytes', function () {
  this.timeout(180_000);
  let folder: string;
  let remove: () => Promise<void>;
  let sound: string;
  let expected: readonly Thing[];
  before(async () => {
    ({ folder, remove } = await makeFolder());
    sound = join(folder, 'sound');
    expected = await withStore(sound, async (client) => (await fill(client), allOf(client)));
  });
  after(() => remove());

  async function damaged(change: (bytes: Buffer) => void): Promise<string> {
    const to = join(folder, 'damaged');
    await rm(to, { recursive: true, force: true });
    await mkdir(to);
    const bytes = await readFile(join(sound, 'data.mdb'));
    change(bytes);
    await writeFile(join(to, 'data.mdb'), bytes);
    return to;
  }

  it('verifies as sound as long as nothing has changed, and so does its backup', async () => {
    expect(await verifyStore(sound)).to.deep.equal({ collections: 1, documents: expected.length, problems: [] });
    const copy = join(folder, 'copy');
    await mkdir(copy);
    await copyFile(join(sound, 'data.mdb'), join(copy, 'data.mdb'));
    await backUp(copy, join(folder, 'backup'));
    expect((await verifyStore(join(folder, 'backup'))).problems).to.deep.equal([]);
  });

  it('says which document is damaged, keeps serving the others, and takes no backup of it', async () => {
    const dataDir = await damaged((bytes) => {
      for (const place of placesOf(bytes, 'text of 41 ')) bytes.writeUInt8(bytes.readUInt8(place + 30) ^ 4, place + 30);
    });
    const { problems } = await verifyStore(dataDir);
    expect(problems.join()).to.match(/^Document \d+ of farm\.things is damaged\./);
    await withStore(dataDir, async (client) => {
      const refusal = await refusalOf(thingsOf(client).findOne({ _id: 41 }));
      expect(refusal.code).to.equal(246);
      expect(refusal.message).to.match(/Document \d+ of farm\.things is damaged/);
      expect((await refusalOf(thingsOf(client).updateOne({ _id: 41 }, { $set: { group: 1 } }))).code).to.equal(246);
      expect((await thingsOf(client).findOne({ _id: 42 }))?.['name']).to.equal('thing 42');
      await thingsOf(client).insertOne({ _id: 10_000 });
    });
    const refusal = await refusalOf(backUp(dataDir, join(folder, 'refused')));
    expect(refusal.code).to.equal('STORE_DAMAGED');
    expect(refusal.message).to.include('was not kept');
  });

  it('refuses to start on a page that LMDB could not survive', async () => {
    const dataDir = await damaged((bytes) => {
      for (const place of placesOf(bytes, 'text of 41 ')) bytes.writeUInt16LE(4_066, place - (place % 4_096) + 24); // its first node now begins at the end of the page
    });
    const refusal = await refusalOf(startEmbeddedStore({ dataDir }));
    expect(refusal.code).to.equal('STORE_DAMAGED');
    expect(refusal.message).to.match(/page \d+ /);
  });

  it('finds every change of a byte that matters, wherever it lies', async () => {
    const random = randomFrom(Number(process.env['DROVER_SEED'] ?? 7));
    let found = 0;
    let opened = 0;
    for (let round = 0; round < 150; round++) {
      let place = 0;
      const dataDir = await damaged((bytes) => {
        place = random(bytes.length);
        bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << random(8)), place);
      });
      if ((await verifyStore(dataDir)).problems.length > 0) found += 1;
      else if (opened < 8) {
        opened += 1;
        // empty room, or a page that is free: then all is as it was
        expect(await withStore(dataDir, allOf), `byte ${place}`).to.deep.equal(expected);
      }
    }
    expect(found).to.be.greaterThan(20);
    expect(opened).to.be.greaterThan(0);
  });

  it('reads what the version before wrote without checksums, and writes with them from then on', async () => {
    const dataDir = await damaged(() => undefined);
    await stripChecksums(dataDir);
    expect((await verifyStore(dataDir)).problems).to.deep.equal([]);
    await withStore(dataDir, async (client) => {
      expect(await allOf(client)).to.deep.equal(expected);
      await thingsOf(client).updateMany({ group: { $gt: 100 } }, { $set: { group: 1 } });
      await thingsOf(client).insertOne({ _id: 5_000, name: 'new' });
      expect((await refusalOf(thingsOf(client).insertOne({ _id: 5_001, name: 'thing 41' }))).code).to.equal(11_000);
      expect((await thingsOf(client).findOne({ name: 'thing 41' }))?._id).to.equal(41);
    });
    expect((await verifyStore(dataDir)).problems).to.deep.equal([]);
  });

  it('is refused by a sentence where its head is gone', async () => {
    for (const change of [(bytes: Buffer) => bytes.fill(0, 0, 8_192), (bytes: Buffer) => bytes.fill(0xff, 0, 200)]) {
      const dataDir = await damaged((bytes) => void change(bytes));
      expect((await refusalOf(startEmbeddedStore({ dataDir }))).code).to.equal('STORE_DAMAGED');
    }
    const dataDir = await damaged(() => undefined);
    const file = await open(join(dataDir, 'data.mdb'), 'r+');
    await file.truncate(10);
    await file.close();
    expect((await refusalOf(startEmbeddedStore({ dataDir }))).code).to.equal('STORE_DAMAGED');
  });
});

/** Makes a store of format 1 of one that has format 2. */
async function stripChecksums(folder: string): Promise<void> {
  const { root, meta, documents, entries } = openEnvironment({ folder });
  root.transactionSync(() => {
    for (const tree of [meta, documents, entries]) {
      const all = [...tree.getRange({})].map(({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value) }));
      for (const { key, value } of all) if (value.length > 4) tree.putSync(key, value.subarray(0, -4));
    }
    meta.putSync(Buffer.from('format'), Buffer.from([0, 0, 0, 1]));
  });
  await root.close();
}
