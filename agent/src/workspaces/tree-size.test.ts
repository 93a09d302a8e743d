import { expect } from 'chai';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureTree } from './tree-size.js';

describe('A8 the size of a workspace', () => {
  const { signal } = new AbortController();
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-size-'));
    await mkdir(join(root, 'a', 'b'), { recursive: true });
    for (const name of ['1', 'a/2', 'a/b/3']) await writeFile(join(root, name), Buffer.alloc(100_000, 'x'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is what its files take, in all folders, and not what links lead to', async () => {
    await symlink('/usr', join(root, 'a', 'link'));
    expect(await measureTree(root, { most: Infinity, signal })).to.be.within(300_000, 360_000);
  });

  it('is not looked for beyond what is asked', async () => {
    const most = 150_000;
    expect(await measureTree(root, { most, signal })).to.be.within(most, 300_000);
  });

  it('is nothing where nothing is', async () => {
    expect(await measureTree(join(root, 'none'), { most: 1, signal })).to.equal(0);
  });
});
