import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { assert } from 'chai';
import type { AttemptId } from '@drover/protocol';
import { judgeLog } from '../../../domain/logs/verdict.js';
import type { Integrity } from '../../../services/integrity/integrity.js';
import type { DamageRecord } from '../../../services/integrity/integrity-ports.js';
import { createLogs, type Logs } from '../../../services/logs/create-logs.js';
import type { LogStorage } from '../../../services/logs/log-storage.js';
import type { Packages } from '../../../services/packages/create-packages.js';
import { integrityInMemory } from '../../../testing/integrity.js';
import { FolderLogStorage } from '../../logs/folder/folder-log-storage.js';
import { MongoLogStorage } from '../../logs/mongo/mongo-log-storage.js';
import { logNumber, noCrashes, patternBytes } from '../../logs/testing.js';
import { attempt, fileOf, PackagesUnderTest, projectId, runId } from '../../packages/testing/packages-under-test.js';
import { damageChunks, damageFile, type Damage, type Replacement } from '../testing/damaged-storage.js';
import { httpUnderTest, testUser } from '../testing/http-under-test.js';
import { logRoutes } from './logs/logs.js';
import { packageRoutes } from './packages/packages.js';

const log = logNumber(1);
const printed = patternBytes(0, 400_000);
const body = Buffer.alloc(300_000, 'package');
const damages: readonly Damage[] = ['changed', 'shorter', 'gone'];
const replacements: readonly Replacement[] = ['a folder now', 'a link to itself now'];

for (const storageKind of ['a folder', 'GridFS'] as const) {
  describe(`B1 B2 damage in ${storageKind}`, () => {
    let world: PackagesUnderTest;
    let packages: Packages;
    let storage: LogStorage;
    let logs: Logs;
    let integrity: Integrity;
    let records: Map<string, DamageRecord>;
    let time: { ms: number };
    let http: ReturnType<typeof httpUnderTest>;

    before(async () => {
      world = await PackagesUnderTest.start();
    });
    after(() => world.close());
    beforeEach(async () => {
      records = new Map();
      time = { ms: 0 };
      await open();
    });
    afterEach(async () => {
      await close();
      await world.clear();
      await rm(`${world.folder}/logs`, { recursive: true, force: true });
      await world.db.dropDatabase();
    });

    async function open(): Promise<void> {
      integrity = integrityInMemory(records, { elapsedMs: () => time.ms, now: () => time.ms });
      await integrity.load();
      const inFolder = storageKind === 'a folder';
      packages = await world.open({ integrity, gridFs: !inFolder });
      storage = inFolder
        ? new FolderLogStorage({ folder: `${world.folder}/logs`, crashPoints: noCrashes })
        : new MongoLogStorage({ db: world.db, crashPoints: noCrashes, now: () => 1e12 });
      if (storage instanceof MongoLogStorage) await storage.prepare();
      const signals = { publish: () => undefined, subscribe: () => () => undefined };
      logs = createLogs({ storage, signals, integrity, timers: { after: () => () => undefined }, monotonic: { elapsedMs: () => time.ms } });
      const attempts = { find: async (id: AttemptId) => (id === log.attemptId ? { log, steps: [] } : undefined) };
      const placeOfRun = async (id: string) => (id === runId ? { projectId } : undefined);
      http = httpUnderTest(
        [...logRoutes({ attempts, queries: logs.queries }), ...packageRoutes({ repository: packages.repository, placeOfRun })],
        { actors: { ann: testUser('ann') }, roles: { [projectId]: { [testUser('ann').userId]: ['viewer'] } } },
      );
    }
    async function close(): Promise<void> {
      http.close();
      await logs.close();
      await packages.close();
    }
    const get = (path: string) => http.send('get', `/api/v1/${path}`, { token: 'ann' });
    const isReplacement = (how: Damage | Replacement): how is Replacement => replacements.some((each) => each === how);
    const damage = (what: 'logs' | 'packages', how: Damage | Replacement): Promise<void> =>
      storageKind === 'a folder' || isReplacement(how)
        ? damageFile(`${world.folder}/${what}`, how)
        : damageChunks(world.db, what === 'logs' ? 'logFiles' : 'packageFiles', how);

    async function printLog(): Promise<void> {
      await storage.append(log, { offset: 0, bytes: printed, marks: [] });
      const sha256 = createHash('sha256').update(printed).digest('hex');
      await storage.seal(log, (stored) => judgeLog(stored, { sizeBytes: printed.length, sha256, cut: false }));
      if (storage instanceof MongoLogStorage) await storage.moved();
    }
    async function upload(fencing = attempt.fencing): Promise<string> {
      const begun = await packages.uploads.createForAgent({ ...attempt, fencing }, fileOf(body));
      if (!begun.ok) throw new Error(begun.detail);
      const { uploadId } = begun.value;
      const source = (async function* () {
        yield body;
      })();
      await packages.uploads.write(uploadId, attempt, 0, source);
      await packages.uploads.complete(uploadId, attempt);
      return (await packages.uploads.packageOf(uploadId)) ?? '';
    }

    if (storageKind === 'a folder')
      for (const how of replacements) {
        it(`answers a log whose record is ${how} with a problem`, async () => {
          await printLog();
          await close();
          await damageFile(`${world.folder}/logs`, how, '.json');
          await open();
          for (const path of ['log', 'log/raw', 'log/lines?from=0&count=10', 'log/search?q=a'])
            assert.equal((await get(`attempts/${log.attemptId}/${path}`)).body.code, 'damaged', path);
        });

        it(`reads a log whose list of places is ${how}`, async () => {
          await printLog();
          await close();
          await damageFile(`${world.folder}/logs`, how, '.places');
          await open();
          for (const path of ['log/raw', 'log/lines?from=2&count=10', 'log/search?q=a'])
            assert.equal((await get(`attempts/${log.attemptId}/${path}`)).status, 200, path);
        });
      }

    for (const how of storageKind === 'a folder' ? [...damages, ...replacements] : damages) {
      it(`answers a log that is ${how} with a problem, and ends every kind of reading`, async () => {
        await printLog();
        await close();
        await damage('logs', how);
        await open();
        const path = `attempts/${log.attemptId}/log`;
        for (const each of [path, `${path}/raw`]) {
          const answer = await get(each);
          assert.deepInclude(answer.body, { status: 500, code: 'damaged' }, each);
          assert.include(answer.body.detail, log.attemptId);
        }
        const lines = await get(`${path}/lines?from=${how === 'changed' || how === 'shorter' ? 33_000 : 0}&count=10`);
        if (lines.status === 200) assert.isTrue(lines.body.damaged);
        else assert.equal(lines.body.code, 'damaged');
        assert.equal((await get(`${path}/search?q=nothing-like-it`)).status, how === 'changed' ? 200 : 500);
        assert.equal((await logs.intake.view(log)).state, 'damaged');
        assert.equal(integrity.damagedCount, 1);
      });

      it(`answers a package that is ${how} with a problem, and lists it as damaged`, async () => {
        const id = await upload();
        await close();
        await damage('packages', how);
        await open();
        for (const path of [`packages/${id}/content`, `runs/${runId}/packages.zip`]) {
          const answer = await get(path);
          assert.deepInclude(answer.body, { status: 500, code: 'damaged' }, path);
        }
        const part = await http.send('get', `/api/v1/packages/${id}/content`, { token: 'ann', headers: { Range: 'bytes=0-9' } });
        assert.equal(part.body.code, 'damaged');
        const listed = await get(`runs/${runId}/packages`);
        assert.deepEqual(
          listed.body.map(({ damaged }: { damaged?: boolean }) => damaged),
          [true],
        );
      });
    }

    it('knows after a restart what is damaged, and notices what was restored', async () => {
      await printLog();
      await close();
      await damage('logs', 'changed');
      await open();
      assert.equal((await get(`attempts/${log.attemptId}/log`)).body.code, 'damaged');
      await close();
      await damage('logs', 'changed'); // the bit back again
      await open();
      assert.equal((await logs.intake.view(log)).state, 'damaged');
      assert.equal((await get(`attempts/${log.attemptId}/log`)).text.length, printed.length);
      assert.equal((await logs.intake.view(log)).state, 'complete');
      assert.equal(records.size, 0);
    });

    it('never ends a whole answer as complete when bytes change after they were checked', async () => {
      const id = await upload();
      assert.equal((await get(`packages/${id}/content`)).status, 200);
      await damage('packages', 'changed'); // within the time for which the check counts
      const broken = await get(`packages/${id}/content`).then(
        () => false,
        () => true,
      );
      assert.isTrue(broken);
      assert.equal((await get(`packages/${id}/content`)).body.code, 'damaged');
    });

    it('lets a new upload of the same bytes replace damaged ones', async () => {
      const first = await upload();
      await damage('packages', 'changed');
      time.ms += 3_600_001;
      assert.equal((await get(`packages/${first}/content`)).body.code, 'damaged');
      await packages.repository.remove(first as never);
      const second = await upload();
      assert.equal((await get(`packages/${second}/content`)).status, 200);
      assert.equal(integrity.damagedCount, 0);
    });
  });
}
