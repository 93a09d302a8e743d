import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedStore, type EmbeddedStore } from '@drover/embedded-store';
import { expect } from 'chai';
import { MongoClient, type Db } from 'mongodb';
import { IndexDiffers, ensureIndexes } from '../../../shared/ensure-indexes.js';
import { stateChange, WireProxy } from '../../../testing/wire-proxy.js';
import { openStore } from '../../../compose/open-store.js';
import { runRecords, createRunStore } from '../engine/runs.js';
import { createSecretBox, masterKeyOf } from '../../crypto/secret-box.js';
import { answerRecords, createStoredAnswers } from './stored-answers.js';
import { connectFaultOf } from './connect-faults.js';
import { connectStore, type StoreConnection } from './connection.js';
import { storeFaultOf } from './store-faults.js';

describe('O5 a database that is not as it should be', function () {
  this.timeout(60_000);
  let folder: string;
  let store: EmbeddedStore;
  let proxy: WireProxy;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-test-'));
    store = await startEmbeddedStore({ dataDir: folder });
    proxy = await WireProxy.open(store.uri);
  });
  afterEach(() => {
    proxy.fateOf = () => 'pass';
    proxy.hello = {};
  });
  after(async () => {
    await proxy.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('at start', () => {
    /** What a start on this URI says; the driver searches for a server a short time only. */
    async function sentence(uri: string): Promise<string | undefined> {
      const client = new MongoClient(uri, { serverSelectionTimeoutMS: 400 });
      try {
        await client.db().command({ ping: 1 });
        return undefined;
      } catch (error) {
        return connectFaultOf(error, uri);
      } finally {
        await client.close();
      }
    }

    it('says that nothing listens there', async () =>
      expect(await sentence('mongodb://me:secret@127.0.0.1:1/farm')).to.match(/^Nothing listens at 127\.0\.0\.1:1 .*check host and port/));
    it('says that the name was not found', async () =>
      expect(await sentence('mongodb://me:secret@no-such-host.invalid/farm')).to.match(
        /host name .*\(no-such-host\.invalid\) was not found/,
      ));
    it('says that TLS failed', async () =>
      expect(await sentence(`${proxy.uri('farm')}&tls=true`)).to.match(/^The TLS connection to MongoDB at 127\.0\.0\.1:\d+ failed/));
    it('says that no server belongs to the replica set', async () => {
      proxy.hello = { setName: 'other', hosts: [`127.0.0.1:${proxy.port}`] };
      expect(await sentence(proxy.uri('farm', 'replicaSet=farm'))).to.match(/belongs to a replica set named farm\. Check replicaSet/);
    });
    it('says that the replica set has no primary', async () => {
      proxy.hello = { setName: 'farm', hosts: [`127.0.0.1:${proxy.port}`], isWritablePrimary: false, ismaster: false, secondary: true };
      expect(await sentence(proxy.uri('farm', 'replicaSet=farm'))).to.match(/The replica set farm .* has no primary now/);
    });
    it('says that the server is too old', async () => {
      proxy.hello = { minWireVersion: 0, maxWireVersion: 6 };
      expect(await sentence(proxy.uri('farm'))).to.match(/is too old: Drover needs version 4\.4 or newer/);
    });
    it('says that name or password is wrong, and shows neither', async () => {
      proxy.fateOf = (name) =>
        name === 'ping' ? { answer: { ...stateChange(18, 'AuthenticationFailed'), errmsg: 'Authentication failed.' } } : 'pass';
      const told = await sentence(proxy.uri('farm'));
      expect(told).to.match(/refused the name or the password of MONGODB_URI/);
      expect(await sentence('mongodb://me:secret@127.0.0.1:1/farm')).to.not.match(/me:|secret/);
    });
    it('says that the user may not do it', async () => {
      proxy.fateOf = (name) =>
        name === 'ping' ? { answer: { ...stateChange(13, 'Unauthorized'), errmsg: 'not authorized on farm' } } : 'pass';
      expect(await sentence(proxy.uri('farm'))).to.match(/give it the role readWrite/);
    });
  });

  describe('while it works', () => {
    let connection: StoreConnection;
    beforeEach(async () => {
      connection = await connectStore(proxy.uri('farm'));
    });
    afterEach(() => connection.close());

    // prettier-ignore
    const changes: ReadonlyArray<[code: number, name: string]> = [
      [91, 'ShutdownInProgress'], [189, 'PrimarySteppedDown'], [10_107, 'NotWritablePrimary'], [11_600, 'InterruptedAtShutdown'],
      [11_602, 'InterruptedDueToReplStateChange'], [13_435, 'NotPrimaryNoSecondaryOk'], [13_436, 'NotPrimaryOrSecondary'],
    ];
    for (const [code, name] of changes) {
      it(`${name} counts as not available now`, async () => {
        proxy.fateOf = (command) => (command === 'find' ? { answer: stateChange(code, name) } : 'pass');
        const error: unknown = await connection.db
          ?.collection('runs')
          .findOne({})
          .catch((fault: unknown) => fault);
        expect(storeFaultOf(error)).to.equal('unavailable');
      });
    }

    it('an answer that is cut off counts as not available now, and what was written is found', async () => {
      const things = connection.db?.collection<{ _id: number }>('things');
      proxy.fateOf = (command) => (command === 'insert' ? 'cut' : 'pass');
      const error: unknown = await things?.insertOne({ _id: 1 }).catch((fault: unknown) => fault);
      expect(storeFaultOf(error)).to.equal('unavailable');
      proxy.fateOf = () => 'pass';
      expect(await things?.countDocuments({})).to.equal(1);
    });

    /** What each read that this work makes asks for. */
    async function readsOf(work: () => Promise<unknown>): Promise<unknown[]> {
      const asked: unknown[] = [];
      proxy.fateOf = (command, { readConcern }) => {
        if (command === 'find') asked.push(readConcern);
        return 'pass';
      };
      await work();
      return asked;
    }

    it('reads behind a lost write ask for what the primary has, not for what a majority had', async () => {
      const runs = createRunStore(runRecords(connection));
      const answers = createStoredAnswers(answerRecords(connection), createSecretBox([masterKeyOf(Buffer.alloc(32, 3))]));
      const begin = () => answers.begin('key', 'request', 'id');
      await begin();
      expect(await readsOf(() => runs.read('01jd0000000000000000000rvn' as never))).to.deep.equal([{ level: 'local' }]);
      expect(await readsOf(begin)).to.deep.equal([{ level: 'local' }]);
    });
  });

  it('is known not to be reachable within two seconds, however slow it is', async () => {
    const opened = await openStore({ dataDir: folder, mongoUri: proxy.uri('farm'), log: silent });
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    proxy.fateOf = (command) => (command === 'ping' ? { hold } : 'pass');
    expect(await opened.isReachable()).to.equal(false);
    release();
    await opened.close();
  });

  it('A5 is asked once whether it can be reached, by however many at once', async () => {
    const opened = await openStore({ dataDir: folder, mongoUri: proxy.uri('farm'), log: silent });
    let pings = 0;
    proxy.fateOf = (command) => {
      if (command === 'ping') pings += 1;
      return 'pass';
    };
    const answers = await Promise.all(Array.from({ length: 500 }, () => opened.isReachable()));
    expect([pings, answers.every((answer) => answer)]).to.deep.equal([1, true]);
    expect([await opened.isReachable(), pings]).to.deep.equal([true, 2]);
    await opened.close();
  });

  describe('whose indexes are other ones', () => {
    let client: MongoClient;
    let db: Db;
    beforeEach(async () => {
      client = await MongoClient.connect(store.uri);
      db = client.db('indexes');
      await db.dropDatabase();
    });
    afterEach(() => client.close());
    const shown = async () =>
      (await db.collection('things').indexes()).map(({ name, unique, partialFilterExpression }) => [name, unique, partialFilterExpression]);

    it('gets what is missing, once', async () => {
      for (let start = 0; start < 2; start++)
        await ensureIndexes(db.collection('things'), [[{ a: 1, b: -1 }, { unique: true }], [{ c: 1 }]]);
      expect((await shown()).map(([name]) => name)).to.deep.equal(['_id_', 'a_1_b_-1', 'c_1']);
    });

    it('gets one again that is not unique and differs', async () => {
      await db.collection('things').createIndex({ a: 1 });
      await ensureIndexes(db.collection('things'), [[{ a: 1 }, { partialFilterExpression: { live: true } }]]);
      expect(await shown()).to.deep.equal([
        ['_id_', undefined, undefined],
        ['a_1', undefined, { live: true }],
      ]);
    });

    it('says how to mend one that has to be unique', async () => {
      await db.collection('things').createIndex({ a: 1 });
      const refusal: unknown = await ensureIndexes(db.collection('things'), [[{ a: 1 }, { unique: true }]]).catch(
        (error: unknown) => error,
      );
      expect(refusal).to.be.instanceOf(IndexDiffers);
      expect(String(refusal)).to.match(/a_1 of the collection things is .*"unique":true.*getCollection\("things"\)\.dropIndex\("a_1"\)/);
      expect(await shown()).to.have.length(2);
    });
  });
});

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => silent };
