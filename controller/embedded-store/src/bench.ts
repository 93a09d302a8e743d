import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { MongoClient, type Collection, type Document } from 'mongodb';

import { startEmbeddedStore } from './start.js';

/** Prints how fast the store is on this machine, through the real driver, with every write synced to disk. */

type Thing = Document & { _id: number };

const callers = 32;
const queueLength = 100_000;
/** Until both threads have compiled what they do: a controller runs for weeks, not for the first second. */
const warmUps = 10_000;

async function rate(
  name: string,
  { count, inParallel }: { count: number; inParallel: number },
  action: (place: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const started = performance.now();
  const caller = async () => {
    while (next < count) await action(next++);
  };
  await Promise.all(Array.from({ length: inParallel }, caller));
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${name.padEnd(52)} ${Math.round(count / seconds)
      .toLocaleString('en')
      .padStart(9)} /s`,
  );
}

async function fillQueue(queue: Collection<Thing>): Promise<void> {
  await queue.createIndex({ state: 1, priority: -1, createdAt: 1 });
  for (let start = 0; start < queueLength; start += 10_000) {
    const batch = Array.from({ length: 10_000 }, (_, place) => ({
      _id: start + place,
      state: 'queued',
      priority: place % 5,
      createdAt: start + place,
      labels: ['linux', 'x64'],
      name: `task ${place}`,
    }));
    await queue.insertMany(batch, { ordered: false });
  }
}

async function warmUp(things: Collection<Thing>): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < warmUps) {
      const _id = next++;
      await things.insertOne({ _id, group: _id % 100, n: 0, name: `thing ${_id}`, at: new Date() });
      await things.findOneAndUpdate({ _id }, { $inc: { n: 1 } });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

async function measure(client: MongoClient): Promise<void> {
  await warmUp(client.db('bench').collection<Thing>('others'));
  const things = client.db('bench').collection<Thing>('things');
  await things.createIndex({ group: 1 });
  const parallel = { count: 30_000, inParallel: callers };
  await rate(`insertOne, ${callers} callers`, parallel, (place) =>
    things.insertOne({ _id: place, group: place % 100, n: 0, name: `thing ${place}`, at: new Date() }),
  );
  await rate(`findOneAndUpdate by _id, ${callers} callers`, parallel, (place) =>
    things.findOneAndUpdate({ _id: (place * 7) % 30_000 }, { $inc: { n: 1 } }),
  );
  await rate(`updateOne by _id, ${callers} callers`, parallel, (place) =>
    things.updateOne({ _id: (place * 7) % 30_000 }, { $inc: { n: 1 } }),
  );
  await rate(`findOne by _id, ${callers} callers`, parallel, (place) => things.findOne({ _id: (place * 7) % 30_000 }));
  await rate('updateOne by _id, one after the other', { count: 2000, inParallel: 1 }, (place) =>
    things.updateOne({ _id: place }, { $inc: { n: 1 } }),
  );
  await rate('find of 300 by an index', { count: 300, inParallel: 4 }, (place) => things.find({ group: place % 100 }).toArray());
  const queue = client.db('bench').collection<Thing>('queue');
  await fillQueue(queue);
  await rate(`claim of the head among ${queueLength}, ${callers} callers`, { count: 10_000, inParallel: callers }, (place) =>
    queue.findOneAndUpdate({ state: 'queued' }, { $set: { state: 'running', agent: place } }, { sort: { priority: -1, createdAt: 1 } }),
  );
  await rate(`countDocuments({state}) of ${queueLength}`, { count: 3, inParallel: 1 }, () => queue.countDocuments({ state: 'queued' }));
  await rate(`countDocuments({}) of ${queueLength}`, { count: 500, inParallel: 1 }, () => queue.countDocuments({}));
}

const folder = await mkdtemp(join(tmpdir(), 'drover-bench-'));
const [cpu] = cpus();
console.log(`${cpus().length} × ${cpu?.model ?? 'unknown processor'}, Node ${process.version}, ${process.platform}`);
const store = await startEmbeddedStore({ dataDir: folder });
const client = await MongoClient.connect(store.uri, { maxPoolSize: callers });
await measure(client);
await client.close();
await store.close();
const started = performance.now();
const again = await startEmbeddedStore({ dataDir: folder });
console.log(
  `start with ${queueLength + 30_000} documents: ${Math.round(performance.now() - started)} ms; memory ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB with pages of the file`,
);
await again.close();
await rm(folder, { recursive: true });
