import { relative } from 'node:path';
import { assert } from 'chai';
import { asId, type UploadId } from '@drover/protocol';
import { withFolder } from '../../../testing/folder.js';
import { DurableFolders } from '../../../shared/durable-files.js';
import { FolderBlobs } from './folder-blobs.js';

/** Two blobs whose files lie in one folder. */
const keys = ['01jd00000000000000000000k1', '01jd00000000000000000001k1'].map((key) => asId<UploadId>(key));

async function* someBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bytes');
}

describe('B2 B4 a blob in a folder, when the power fails', () => {
  it('is kept only when the folder that another one has just made for both is durable', () =>
    withFolder(async (root) => {
      const told: string[] = [];
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      let reach = (): void => undefined;
      const reached = new Promise<void>((resolve) => (reach = resolve));
      const sync = async (folder: string): Promise<void> => {
        if (relative(root, folder) !== 'blobs') return;
        reach();
        await released;
      };
      const storage = new FolderBlobs(root, new DurableFolders(root, sync));
      for (const key of keys) await storage.write(key, 0, someBytes(), 1_000);
      const [first, second] = keys.map(async (key) => told.push(await storage.keep(key).then(() => key)));
      await reached;
      // What the second could do without waiting is done once a third, which waits for more, has been written twice.
      for (const _ of keys) await storage.write(asId<UploadId>('01jd00000000000000000000k2'), 0, someBytes(), 1_000);
      told.push('released');
      release();
      await Promise.all([first, second]);
      assert.equal(told[0], 'released');
      assert.sameMembers(told.slice(1), keys);
      await storage.close();
    }));
});
