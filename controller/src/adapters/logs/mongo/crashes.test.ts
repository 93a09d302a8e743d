import { runSource } from '@drover/protocol/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedStore } from '@drover/embedded-store';
import { assert } from 'chai';
import { MongoClient } from 'mongodb';
import { logNumber, noCrashes, patternBytes, sealWith, wholeLog } from '../testing.js';
import { MongoLogStorage } from './mongo-log-storage.js';

const mover = fileURLToPath(new URL('log-mover.child.ts', import.meta.url));
const printedBytes = 700_000;
/** Later than a controller that began to move a log is taken for dead. */
const laterMs = 3_600_000;

describe('G7 B1 a controller that is killed (kill -9) while it moves a log within the database', function () {
  this.timeout(30_000);
  let folder: string;
  let store: Awaited<ReturnType<typeof startEmbeddedStore>>;
  let client: MongoClient;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-test-'));
    store = await startEmbeddedStore({ dataDir: folder });
    client = await MongoClient.connect(store.uri);
  });
  after(async () => {
    await client.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (name: string, now: () => number): Promise<MongoLogStorage> => {
    const storage = new MongoLogStorage({ db: client.db(name), crashPoints: noCrashes, now });
    await storage.prepare();
    return storage;
  };

  for (const [name, point] of [
    ['judged', 'controller.log.judged'],
    ['sealed', 'controller.log.sealed'],
    ['compacted', 'controller.log.compacted'],
    ['moved', 'controller.log.moved'],
  ] as const) {
    it(`has it whole, and once, after the next start: at ${point}`, async () => {
      const printed = patternBytes(0, printedBytes);
      const before = await open(name, Date.now);
      await before.append(logNumber(1), { offset: 0, bytes: printed.subarray(0, 400_000), marks: [] });
      await before.append(logNumber(1), { offset: 400_000, bytes: printed.subarray(400_000), marks: [] });
      await before.close();
      assert.equal(await endOfMover(name, point), 'SIGKILL');

      const after = await open(name, () => Date.now() + laterMs);
      await after.moved();
      assert.include(await sealWith(after, logNumber(1), printed), { state: 'complete' });
      await after.moved();
      assert.isTrue((await wholeLog(after, logNumber(1))).equals(printed));
      assert.equal(await client.db(name).collection('logParts').countDocuments({}), 1);
      assert.equal(await client.db(name).collection('logFiles.files').countDocuments({}), 2);
      await after.close();
    });
  }

  async function endOfMover(name: string, point: string): Promise<unknown> {
    const args = [...runSource, mover, store.uri, name, point, String(printedBytes)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal;
  }
});
