import { runSource } from '@drover/protocol/testing';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { fileOf, PackagesUnderTest, projectId, sendAll } from '../../adapters/packages/testing/packages-under-test.js';
import { blobGraceMs } from '../../domain/packages/records.js';

const sweeper = fileURLToPath(new URL('sweeper.child.ts', import.meta.url));

describe('G7 B3 a controller that is killed (kill -9) while packages go', function () {
  this.timeout(30_000);
  let world: PackagesUnderTest;

  beforeEach(async () => {
    world = await PackagesUnderTest.start();
  });
  afterEach(() => world.close());

  const filesLeft = async (): Promise<number> => {
    const found = await readdir(join(world.folder, 'packages'), { recursive: true, withFileTypes: true });
    return found.filter((entry) => entry.isFile()).length;
  };

  for (const point of ['controller.package.removed', 'controller.blob.removed'] as const) {
    it(`leaves no bytes behind after the next sweep, and those of others alone: at ${point}`, async () => {
      const [gone, kept] = [randomBytes(20_000), randomBytes(20_000)];
      const before = await world.open();
      await sendAll(before, kept, fileOf(kept, { version: '1' }));
      await sendAll(before, gone, fileOf(gone, { version: '2' }));
      const found = await before.repository.find({ projectId, page: 1, pageSize: 10 });
      await before.close();
      world.now += 2 * blobGraceMs;
      const doomed = found.items.find(({ version }) => version === '2');
      assert.equal(await endOfSweeper(point, doomed?.id ?? ''), 'SIGKILL');

      const after = await world.open();
      await after.sweep();
      assert.equal(await filesLeft(), 1);
      assert.isUndefined(await after.repository.content(fileOf(gone), 'whole'));
      const left = await after.repository.find({ projectId, page: 1, pageSize: 10 });
      assert.deepEqual(
        left.items.map(({ version }) => version),
        ['1'],
      );
      const pieces: Uint8Array[] = [];
      for await (const piece of (await after.repository.content(fileOf(kept), 'whole')) ?? []) pieces.push(piece);
      assert.isTrue(Buffer.concat(pieces).equals(kept));
      await after.close();
    });
  }

  async function endOfSweeper(point: string, packageId: string): Promise<unknown> {
    const args = [...runSource, sweeper, world.folder, world.uri, point, packageId, String(world.now)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal;
  }
});
