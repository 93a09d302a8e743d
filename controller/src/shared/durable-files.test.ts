import { join, relative } from 'node:path';
import { assert } from 'chai';
import { withFolder } from '../testing/folder.js';
import { DurableFolders } from './durable-files.js';

describe('B1 a folder that is made durably', () => {
  it('is durable for a process that finds it there, too, while another one still makes it so', () =>
    withFolder(async (root) => {
      const told: string[] = [];
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const folders = new DurableFolders(root, () => released);
      const make = (name: string, fill: () => Promise<void>) => folders.make(join(root, name), fill).then(() => void told.push(name));
      const begun: Array<Promise<void>> = [];
      const made = ['project/run', 'project/run', 'project/other'].map((name) => {
        let begin = (): void => undefined;
        begun.push(new Promise((resolve) => (begin = resolve)));
        return make(name, () => Promise.resolve(begin()));
      });
      await Promise.all(begun);
      await new Promise(setImmediate);
      told.push('released');
      release();
      await Promise.all(made);
      assert.equal(told[0], 'released');
    }));

  it('is synced once more after that failed, and else once', () =>
    withFolder(async (root) => {
      const synced: string[] = [];
      let fails = 1;
      const folders = new DurableFolders(root, (folder) => {
        synced.push(relative(root, folder));
        return fails-- > 0 ? Promise.reject(new Error('the disk failed')) : Promise.resolve();
      });
      const make = () => folders.make(join(root, 'project/run'));
      assert.instanceOf(await make().catch((error: unknown) => error), Error);
      await make();
      await make();
      assert.deepEqual(synced, ['project', 'project', '', '..']);
    }));
});
