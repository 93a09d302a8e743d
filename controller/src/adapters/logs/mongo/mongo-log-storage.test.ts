import { assert } from 'chai';
import { MongoClient } from 'mongodb';
import { describeDatabases } from '../../../testing/databases.js';
import { describeLogStorage } from '../log-storage.contract.js';
import { logNumber, noCrashes, patternBytes, sealWith, wholeLog } from '../testing.js';
import { MongoLogStorage } from './mongo-log-storage.js';

describeDatabases('logs in a database', (database) => {
  let names = 0;
  const clients: MongoClient[] = [];
  const opened: MongoLogStorage[] = [];
  after(() => Promise.all(clients.splice(0).map((client) => client.close())));

  const open = async (name: string): Promise<MongoLogStorage> => {
    const client = await MongoClient.connect(database().uri(name));
    clients.push(client);
    const storage = new MongoLogStorage({ db: client.db(), crashPoints: noCrashes, now: () => 1e12 });
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
    const moved = await MongoClient.connect(database().uri('moved'));
    clients.push(moved);
    const storage = await open('moved');
    const printed = patternBytes(0, 3_000_000);
    for (let at = 0; at < printed.length; at += 300_000) {
      await storage.append(logNumber(1), { offset: at, bytes: printed.subarray(at, at + 300_000), marks: [[at, 1_000 + at]] });
    }
    const before = await storage.places(logNumber(1), { from: 500_000, to: 700_000 }, 100);
    await sealWith(storage, logNumber(1), printed);
    await storage.moved();
    assert.equal(await moved.db().collection('logParts').countDocuments({}), 1);
    assert.isTrue((await wholeLog(storage, logNumber(1))).equals(printed));
    assert.isTrue((await wholeLog(storage, logNumber(1), 999_999, 1_500_001)).equals(printed.subarray(999_999, 1_500_001)));
    assert.deepEqual(await storage.places(logNumber(1), { from: 500_000, to: 700_000 }, 100), before);
    assert.isBelow((await storage.placeOfLine(logNumber(1), 100_000)).line, 100_000);
    await storage.remove(logNumber(1));
    for (const name of ['logParts', 'logFiles.files', 'logFiles.chunks']) {
      assert.equal(await moved.db().collection(name).countDocuments({}), 0, name);
    }
    await closeAll();
  });
});
