import { expect } from 'chai';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moveInto, openFolderInside } from './place.js';

describe('S7 T8 where a checkout goes', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-place-'));
    for (const folder of ['workspace', 'prepared', 'home']) mkdirSync(join(root, folder));
    writeFileSync(join(root, 'prepared/authorized_keys'), 'of the repository');
    mkdirSync(join(root, 'prepared/notes'));
    writeFileSync(join(root, 'home/authorized_keys'), 'of the operator');
    mkdirSync(join(root, 'home/notes'));
    writeFileSync(join(root, 'home/notes/kept'), '');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('stays in the workspace when a task swaps the folder for a link meanwhile, and removes nothing elsewhere', async () => {
    const target = await openFolderInside(join(root, 'workspace'), join(root, 'workspace/a/b'));
    renameSync(join(root, 'workspace/a'), join(root, 'workspace/moved'));
    mkdirSync(join(root, 'workspace/a'));
    symlinkSync(join(root, 'home'), join(root, 'workspace/a/b'));
    mkdirSync(join(root, 'workspace/moved/b/notes/old'), { recursive: true });
    try {
      await moveInto(join(root, 'prepared'), target);
    } finally {
      await target.close();
    }
    expect(readFileSync(join(root, 'home/authorized_keys'), 'utf8')).to.equal('of the operator');
    expect(readdirSync(join(root, 'home/notes'))).to.deep.equal(['kept']);
    expect(readdirSync(join(root, 'workspace/moved/b')).toSorted()).to.deep.equal(['authorized_keys', 'notes']);
    expect(readdirSync(join(root, 'workspace/moved/b/notes'))).to.deep.equal([]);
  });

  it('is reached through no link and outside of no workspace', async () => {
    symlinkSync(join(root, 'home'), join(root, 'workspace/link'));
    writeFileSync(join(root, 'workspace/file'), '');
    const refusals = await Promise.all(
      ['workspace/link', 'workspace/link/deeper', 'workspace/file/deeper', 'home', 'workspace/../home'].map((path) =>
        openFolderInside(join(root, 'workspace'), join(root, path)).then(
          () => 'opened',
          (error: unknown) => (error instanceof Error ? error.message : ''),
        ),
      ),
    );
    const outside = 'the folder of the checkout is outside of the workspace';
    expect(refusals).to.deep.equal(['link is not a folder', 'link is not a folder', 'file is not a folder', outside, outside]);
    expect(lstatSync(join(root, 'home/authorized_keys')).isFile()).to.equal(true);
  });

  it('replaces many files of an earlier step by a folder', async () => {
    const old = join(root, 'workspace/a/notes');
    mkdirSync(old, { recursive: true });
    for (let index = 0; index < 2_100; index += 1) writeFileSync(join(old, `${index}`), '');
    const target = await openFolderInside(join(root, 'workspace'), join(root, 'workspace/a'));
    try {
      await moveInto(join(root, 'prepared'), target);
    } finally {
      await target.close();
    }
    expect(readdirSync(old)).to.deep.equal([]);
  });
});
