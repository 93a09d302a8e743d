import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedStore } from '@drover/embedded-store';
import { assert } from 'chai';
import { MongoClient } from 'mongodb';
import { describeLogStorage } from '../log-storage.contract.js';
import { logNumber, noCrashes, patternBytes, sealWith, wholeLog } from '../testing.js';
import { MongoLogStorage } from './mongo-log-storage.js';

describe('logs in a database', () => {
  let folder: string;
  let store: Awaited<ReturnType<typeof startEmbeddedStore>>;
  let client: MongoClient;
  let names = 0;
  const opened: MongoLogStorage[] = [];

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

  const open = async (name: string): Promise<MongoLogStorage> => {
    const storage = new MongoLogStorage({ db: client.db(name), crashPoints: noCrashes, now: () => 1e12 });
    await storage.prepare();
    opened.push(storage);
    return storage;
  };
  const closeAll = async (): Promise<void> => {
    for (const storage of opened.splice(0)) await storage.close();
  };

  describeLogStorage(
    'logs in a database',
    async () => {
      const name = `logs${++names}`;
      return { storage: await open(name), reopen: async () => (await closeAll(), open(name)) };
    },
    closeAll,
  );

  it('B1 takes frames at two controllers at once and stores what was printed', async () => {
    const [one, two] = [await open('both'), await open('both')];
    const printed = patternBytes(0, 300_000);
    for (let end = 0; end < printed.length;) {
      const sent = [one, two, one].map((storage, index) => {
        const offset = Math.max(0, end - index * 500);
        return storage.append(logNumber(1), { offset, bytes: printed.subarray(offset, offset + 7_000), marks: [] });
      });
      end = Math.max(...(await Promise.all(sent)).map((answer) => answer.end));
    }
    assert.isTrue((await wholeLog(two, logNumber(1))).equals(printed));
    assert.include(await sealWith(two, logNumber(1), printed), { state: 'complete' });
    await closeAll();
  });

  it('B4 moves a sealed log out of its chunks, where it reads the same', async () => {
    const storage = await open('moved');
    const printed = patternBytes(0, 3_000_000);
    for (let at = 0; at < printed.length; at += 300_000) {
      await storage.append(logNumber(1), { offset: at, bytes: printed.subarray(at, at + 300_000), marks: [[at, 1_000 + at]] });
    }
    const before = await storage.places(logNumber(1), { from: 500_000, to: 700_000 }, 100);
    await sealWith(storage, logNumber(1), printed);
    await storage.moved();
    assert.equal(await client.db('moved').collection('logParts').countDocuments({}), 1);
    assert.isTrue((await wholeLog(storage, logNumber(1))).equals(printed));
    assert.isTrue((await wholeLog(storage, logNumber(1), 999_999, 1_500_001)).equals(printed.subarray(999_999, 1_500_001)));
    assert.deepEqual(await storage.places(logNumber(1), { from: 500_000, to: 700_000 }, 100), before);
    assert.isBelow((await storage.placeOfLine(logNumber(1), 100_000)).line, 100_000);
    await storage.remove(logNumber(1));
    for (const name of ['logParts', 'logFiles.files', 'logFiles.chunks']) {
      assert.equal(await client.db('moved').collection(name).countDocuments({}), 0, name);
    }
    await closeAll();
  });
});
