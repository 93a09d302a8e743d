import { runSource } from '@drover/protocol/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { MongoClient } from 'mongodb';

import { startEmbeddedStore } from '../start.js';
import { makeFolder } from '../testing/test-store.js';

/** More rounds with STORE_KILL_ROUNDS. */
const rounds = Number(process.env['STORE_KILL_ROUNDS'] ?? 3);
const writesPerRound = 400;

interface Writer {
  readonly acknowledged: ReadonlyMap<string, number>;
}

/** Lets a writer work until so many writes are acknowledged, then kills it without warning. */
async function writeAndKill(dataDir: string, round: number): Promise<Writer> {
  const file = fileURLToPath(new URL('./writer.ts', import.meta.url));
  const child = spawn(process.execPath, [...runSource, file, dataDir, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged = new Map<string, number>();
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const [id = '', n = ''] = line.split(' ');
    acknowledged.set(id, Number(n));
    if (acknowledged.size === writesPerRound + round * 37) child.kill('SIGKILL');
  }
  await exited;
  return { acknowledged };
}

describe('a store whose process is killed (O5)', () => {
  it(`loses nothing that was acknowledged, keeps its indexes true, and frees its folder, in ${rounds} rounds`, async function () {
    this.timeout(60_000 + rounds * 20_000);
    const { folder, remove } = await makeFolder();
    const expected = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const { acknowledged } = await writeAndKill(folder, round);
      for (const [id, n] of acknowledged) expected.set(id, n);
      const store = await startEmbeddedStore({ dataDir: folder });
      const client = await MongoClient.connect(store.uri);
      const things = client.db('crash').collection<{ _id: string; group: number; n: number }>('things');
      const all = await things.find().hint({ $natural: 1 }).toArray();
      const stored = new Map(all.map(({ _id, n }) => [_id, n]));
      for (const [id, n] of expected) expect(stored.get(id), id).to.equal(n);
      expect(await things.countDocuments({})).to.equal(all.length);
      for (const hint of ['_id_', 'group_1_n_-1', 'n_1__id_1']) {
        const found = await things.find().hint(hint).toArray();
        expect(found.map(({ _id }) => _id).sort(), hint).to.deep.equal(all.map(({ _id }) => _id).sort());
      }
      await client.close();
      await store.close();
    }
    await remove();
  });
});
