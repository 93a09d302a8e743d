import { MongoClient } from 'mongodb';

import { startEmbeddedStore } from '../start.js';

/** A process that writes until it is killed, and prints the id of each write that was acknowledged. */

const [, , dataDir = '', round = '0'] = process.argv;
const store = await startEmbeddedStore({ dataDir });
const client = await MongoClient.connect(store.uri);
const things = client.db('crash').collection<{ _id: string; group: number; n: number }>('things');
await things.createIndex({ group: 1, n: -1 });
await things.createIndex({ n: 1, _id: 1 }, { unique: true });

async function caller(name: number): Promise<never> {
  for (let place = 0; ; place++) {
    const id = `${round}-${name}-${place}`;
    await things.insertOne({ _id: id, group: place % 7, n: 0 });
    await things.updateOne({ _id: id }, { $set: { n: place + 1 } });
    process.stdout.write(`${id} ${place + 1}\n`);
  }
}

await Promise.race(Array.from({ length: 16 }, (_, name) => caller(name)));
