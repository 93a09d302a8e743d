import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { withFolder } from '../../testing/folder.js';
import { refuseLostStore } from './lost-store.js';

const refusal = (folder: string) =>
  refuseLostStore(folder).then(
    () => '',
    (error: unknown) => (error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error)),
  );

describe('O5 an empty store beside what a farm kept', () => {
  it('is taken for a new farm where nothing else is there', () =>
    withFolder(async (root) => {
      for (const folder of ['keys', 'logs', 'packages/blobs', 'packages/uploads']) await mkdir(join(root, folder), { recursive: true });
      await writeFile(join(root, 'keys', 'master-1.key'), '');
      assert.equal(await refusal(root), '');
      assert.equal(await refusal(join(root, 'none')), '');
    }));

  for (const place of ['logs/run', 'packages/blobs/4s'])
    it(`is refused beside ${place}, which would be swept away`, () =>
      withFolder(async (root) => {
        await mkdir(join(root, place), { recursive: true });
        assert.match(await refusal(root), /^STORE_LOST .*is the disk with the store mounted\?.*Restore the store from a backup/);
      }));
});
