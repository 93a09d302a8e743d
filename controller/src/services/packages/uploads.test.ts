import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asId, attemptIdOf, type RunId } from '@drover/protocol';
import { assert } from 'chai';
import {
  attempt,
  fileOf,
  PackagesUnderTest,
  piecesOf,
  projectId,
  runId,
  sendAll,
} from '../../adapters/packages/testing/packages-under-test.js';
import { blobGraceMs, uploadLifeMs } from '../../domain/packages/records.js';
import type { Packages } from './create-packages.js';

const bytes = randomBytes(300_000);
const crashPoints = [
  'controller.upload.inserted',
  'controller.upload.bytes',
  'controller.upload.verified',
  'controller.upload.renamed',
  'controller.blob.inserted',
  'controller.package.inserted',
  'controller.upload.completed',
];

describe('B2 uploads', () => {
  let world: PackagesUnderTest;
  let packages: Packages;

  before(async () => {
    world = await PackagesUnderTest.start();
  });
  after(() => world.close());
  beforeEach(async () => {
    packages = await world.open();
  });
  afterEach(async () => {
    await packages.close();
    await world.clear();
  });

  const listed = () => packages.repository.find({ projectId, page: 1, pageSize: 100 });
  const files = async (): Promise<string[]> => {
    const found = await readdir(join(world.folder, 'packages'), { recursive: true, withFileTypes: true }).catch(() => []);
    return found.filter((entry) => entry.isFile()).map(({ name }) => name);
  };
  const content = async (sha256: string): Promise<Buffer> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await packages.repository.content({ sha256 }, 'whole')) ?? []) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const begin = async () => {
    const state = await packages.uploads.createForAgent(attempt, fileOf(bytes));
    if (!state.ok) throw new Error(state.detail);
    return state.value;
  };

  it('become a package that knows its run, and are announced', async () => {
    await sendAll(packages, bytes);
    const [found] = (await listed()).items;
    assert.deepInclude(found, { name: 'server', version: '1.0.7', branch: 'main', sizeBytes: bytes.length });
    assert.deepInclude(found?.run, { id: runId, number: 7, taskKey: 'compile' });
    assert.deepEqual(world.signals, [{ type: 'packagesChanged', projectId, runId }]);
    assert.isTrue((await content(fileOf(bytes).sha256)).equals(bytes));
  });

  it('are invisible before they are complete', async () => {
    const { uploadId } = await begin();
    await packages.uploads.write(uploadId, attempt, 0, piecesOf(bytes));
    assert.equal((await listed()).total, 0);
  });

  it('continue where the link was cut', async () => {
    const { uploadId } = await begin();
    const cut = await packages.uploads.write(uploadId, attempt, 0, piecesOf(bytes, 120_000)).catch((error: Error) => error.message);
    assert.equal(cut, 'the link was cut');
    assert.equal((await begin()).offsetBytes, 120_000);
    await sendAll(packages, bytes);
    assert.equal((await listed()).total, 1);
  });

  it('refuse bytes at another offset and say where they continue', async () => {
    const { uploadId } = await begin();
    const refusal = await packages.uploads.write(uploadId, attempt, 10, piecesOf(bytes));
    assert.include(refusal, { ok: false, code: 'uploadOffsetMismatch' });
    const early = await packages.uploads.complete(uploadId, attempt);
    assert.include(early, { ok: false, code: 'uploadOffsetMismatch' });
  });

  it('refuse other bytes than announced and begin again', async () => {
    const { uploadId } = await begin();
    await packages.uploads.write(uploadId, attempt, 0, piecesOf(randomBytes(bytes.length)));
    assert.include(await packages.uploads.complete(uploadId, attempt), { ok: false, code: 'checksumMismatch' });
    assert.equal((await begin()).offsetBytes, 0);
    await sendAll(packages, bytes);
    assert.equal((await listed()).total, 1);
  });

  it('G6 refuse an agent that lost the attempt', async () => {
    const { uploadId } = await begin();
    world.leaseHeld = false;
    for (const answer of [
      await packages.uploads.createForAgent(attempt, fileOf(bytes)),
      await packages.uploads.write(uploadId, attempt, 0, piecesOf(bytes)),
      await packages.uploads.complete(uploadId, attempt),
    ]) {
      assert.include(answer, { ok: false, code: 'leaseStale' });
    }
    const other = { ...attempt, attemptId: attemptIdOf(runId, 'test', 1) };
    assert.include(await packages.uploads.state(uploadId, other), { ok: false, code: 'notFound' });
  });

  it('G8 continue in the next attempt of the task, and give one package', async () => {
    const { uploadId } = await begin();
    await packages.uploads.write(uploadId, attempt, 0, piecesOf(bytes, 120_000)).catch(() => undefined);
    const next = { ...attempt, attemptId: attemptIdOf(runId, 'compile', 2) };
    for (const caller of [next, attempt]) {
      const state = await packages.uploads.createForAgent(caller, fileOf(bytes));
      assert.deepInclude(state, { ok: true, value: { uploadId, offsetBytes: 120_000, sizeBytes: bytes.length, complete: false } });
    }
    await sendAll(packages, bytes);
    assert.equal((await listed()).total, 1);
  });

  it('B3 bring a package back that was deleted', async () => {
    await sendAll(packages, bytes);
    const [found] = (await listed()).items;
    if (found) await packages.repository.remove(found.id);
    await sendAll(packages, bytes);
    assert.equal((await listed()).total, 1);
    assert.isTrue((await content(fileOf(bytes).sha256)).equals(bytes));
  });

  describe('B3 of a version that is there', () => {
    const other = randomBytes(1_000);
    const later = () => (world.run = { runId: asId<RunId>('01jd0000000000000000000rv2'), runNumber: 8 });
    const laterAttempt = { ...attempt, attemptId: attemptIdOf(asId<RunId>('01jd0000000000000000000rv2'), 'compile', 1) };

    it('are refused when the bytes differ, with the run that made the first', async () => {
      await sendAll(packages, bytes);
      later();
      const refusal = await packages.uploads.createForAgent(laterAttempt, fileOf(other));
      assert.include(refusal, { ok: false, code: 'conflict' });
      assert.match(refusal.ok ? '' : refusal.detail, /run #7 of “App”/);
      assert.isTrue((await content(fileOf(bytes).sha256)).equals(bytes));
    });

    it('are refused at their end when another was faster, and leave nothing', async () => {
      later();
      const begun = await packages.uploads.createForAgent(laterAttempt, fileOf(other));
      if (!begun.ok) throw new Error(begun.detail);
      const { uploadId } = begun.value;
      world.run = {};
      await sendAll(packages, bytes);
      later();
      await packages.uploads.write(uploadId, laterAttempt, 0, piecesOf(other));
      assert.include(await packages.uploads.complete(uploadId, laterAttempt), { ok: false, code: 'conflict' });
      assert.equal((await listed()).total, 1);
      assert.lengthOf(await files(), 1);
    });

    it('are taken when the bytes are the same', async () => {
      await sendAll(packages, bytes);
      later();
      const again = await packages.uploads.createForAgent(laterAttempt, fileOf(bytes));
      assert.isTrue(again.ok);
    });

    it('replace what another attempt of the same task uploaded', async () => {
      await sendAll(packages, bytes);
      await sendAll(packages, other);
      const { items } = await listed();
      assert.deepEqual(
        items.map(({ sha256 }) => sha256),
        [fileOf(other).sha256],
      );
    });

    it('are free again when the package was deleted', async () => {
      await sendAll(packages, bytes);
      const [found] = (await listed()).items;
      if (found) await packages.repository.remove(found.id);
      later();
      assert.isTrue((await packages.uploads.createForAgent(laterAttempt, fileOf(other))).ok);
    });
  });

  it('store the same bytes once', async () => {
    await sendAll(packages, bytes);
    await sendAll(packages, bytes, fileOf(bytes, { version: '1.0.8' }));
    assert.equal((await listed()).total, 2);
    assert.lengthOf(await files(), 1);
  });

  for (const name of crashPoints) {
    it(`make one package after a crash at ${name}, and leave nothing behind`, async () => {
      world.crashAt = name;
      const crashed = await sendAll(packages, bytes).catch((error: Error) => error.message);
      assert.equal(crashed, `crashed at ${name}`);
      packages = await world.open();
      await sendAll(packages, bytes);
      assert.equal((await listed()).total, 1);
      assert.isTrue((await content(fileOf(bytes).sha256)).equals(bytes));
      world.now += 8 * uploadLifeMs;
      await packages.sweep();
      assert.lengthOf(await files(), 1);
      assert.isTrue((await content(fileOf(bytes).sha256)).equals(bytes));
    });

    it(`are swept when nobody continues after a crash at ${name}`, async () => {
      world.crashAt = name;
      await sendAll(packages, bytes).catch(() => undefined);
      packages = await world.open();
      for (const { id } of (await listed()).items) await packages.repository.remove(id);
      world.now += 8 * uploadLifeMs;
      await packages.sweep();
      assert.deepEqual(await files(), []);
      for (const collection of ['packages', 'uploads', 'blobs'])
        assert.equal(await world.db.collection(collection).countDocuments({}), 0, collection);
    });
  }

  it('B3 keep the bytes of a deleted package as long as another has them', async () => {
    await sendAll(packages, bytes);
    await sendAll(packages, bytes, fileOf(bytes, { version: '1.0.8' }));
    const [newest, older] = (await listed()).items;
    for (const [gone, left] of [
      [newest, 1],
      [older, 0],
    ] as const) {
      if (gone) await packages.repository.remove(gone.id);
      world.now += 2 * blobGraceMs;
      await packages.sweep();
      assert.lengthOf(await files(), left);
    }
  });

  it('B3 drop what the policy does not keep', async () => {
    for (const version of ['1', '2', '3']) {
      await sendAll(packages, Buffer.from(version), fileOf(Buffer.from(version), { version }));
      world.now += 1_000;
    }
    world.policy = { keepVersions: 2 };
    assert.equal((await packages.sweep()).packages, 1);
    assert.deepEqual(
      (await listed()).items.map(({ version }) => version),
      ['3', '2'],
    );
  });
});

describe('B3 the package repository', () => {
  let world: PackagesUnderTest;
  let packages: Packages;

  before(async () => {
    world = await PackagesUnderTest.start();
    packages = await world.open();
    for (const [directory, name, version] of [
      ['', 'root', '1'],
      ['app', 'server', '1.0'],
      ['app', 'server', '1.1'],
      ['app', 'Client', '1.0'],
      ['app/linux/arm', 'server', '1.0'],
      ['app-old', 'server', '0.9'],
      ['app/linux-x', 'tool', '3'],
    ] as const) {
      world.now += 1_000;
      const bytes = Buffer.from(`${directory} ${name} ${version}`);
      await sendAll(packages, bytes, fileOf(bytes, { directory, name, version, fileName: `${name}.zip` }));
    }
  });
  after(async () => {
    await packages.close();
    await world.close();
  });

  it('shows one level of folders', async () => {
    const root = await packages.repository.folder(projectId, '');
    assert.deepEqual(root.folders, ['app', 'app-old']);
    assert.deepEqual(
      root.packages.map(({ name }) => name),
      ['root'],
    );
    const app = await packages.repository.folder(projectId, 'app');
    assert.sameMembers(app.folders, ['linux', 'linux-x']);
    assert.deepEqual(
      app.packages.map(({ name, versions, newestVersion }) => [name, versions, newestVersion]),
      [
        ['Client', 1, '1.0'],
        ['server', 2, '1.1'],
      ],
    );
  });

  for (const [search, expected] of [
    ['client', ['Client 1.0']],
    ['SERV', ['server 0.9', 'server 1.0', 'server 1.1', 'server 1.0']],
    ['1', ['server 1.0', 'Client 1.0', 'server 1.1', 'server 1.0', 'root 1']],
    ['linux', ['tool 3', 'server 1.0']],
    ['.*', []],
  ] as const) {
    it(`finds “${search}”, newest first`, async () => {
      const { items, total } = await packages.repository.find({ projectId, search, page: 1, pageSize: 100 });
      assert.deepEqual(
        items.map(({ name, version }) => `${name} ${version}`),
        [...expected],
      );
      assert.equal(total, expected.length);
    });
  }

  it('pages through the versions of one package', async () => {
    const page = await packages.repository.find({ projectId, directory: 'app', name: 'server', page: 2, pageSize: 1 });
    assert.deepEqual([page.items.map(({ version }) => version), page.total], [['1.0'], 2]);
  });

  it('V5 gives the packages of a task, newest first', async () => {
    assert.lengthOf(await packages.repository.ofRun(runId, 'compile'), 7);
    assert.lengthOf(await packages.repository.ofRun(runId, 'test'), 0);
  });
});
