import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardDiskSpace, readDiskSpace } from './disk-space.js';
import { removeTree } from './remove-tree.js';
import { createWorkspace, finishWorkspace, sweepWorkspaces, type CleanupPolicy } from './workspaces.js';

describe('G9 workspaces', () => {
  let base = '';
  let root = '';
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'drover-workspaces-'));
    root = join(base, 'workspaces');
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  it('are empty, for the eyes of their user only', async () => {
    const path = await createWorkspace({ root, attemptId: 'run.task.1' });
    await writeFile(join(path, 'old'), '');
    expect(await createWorkspace({ root, attemptId: 'run.task.1' })).to.equal(path);
    expect(await readdir(path)).to.deep.equal([]);
    expect((await stat(path)).mode & 0o777).to.equal(0o700);
  });

  for (const attemptId of ['../x', '/x', '', '.x', 'a/b']) {
    it(`can not be called ${JSON.stringify(attemptId)}`, async () => {
      expect(
        await createWorkspace({ root, attemptId }).then(
          () => 'made',
          () => 'refused',
        ),
      ).to.equal('refused');
    });
  }

  // prettier-ignore
  const policies: ReadonlyArray<readonly [title: string, policy: CleanupPolicy, succeeded: boolean, stays: boolean]> = [
    ['always, after success',     { kind: 'always' },                          true,  false],
    ['always, after failure',     { kind: 'always' },                          false, false],
    ['on success, after success', { kind: 'onSuccess', keepFailedMs: 1_000 },  true,  false],
    ['on success, after failure', { kind: 'onSuccess', keepFailedMs: 1_000 },  false, true],
    ['keep',                      { kind: 'keep', forMs: 1_000 },              true,  true],
  ];
  for (const [title, policy, succeeded, stays] of policies) {
    it(`cleanup ${title}`, async () => {
      await createWorkspace({ root, attemptId: 'a' });
      await finishWorkspace({ root, attemptId: 'a', policy, succeeded, now: 5_000 });
      const sweep = (now: number) => sweepWorkspaces({ root, active: new Set(), now });
      expect((await readdir(root)).includes('a')).to.equal(stays);
      expect((await sweep(5_999)).removed).to.deep.equal([]);
      expect((await sweep(6_001)).removed).to.deep.equal(stays ? ['a'] : []);
      expect(await readdir(root)).to.deep.equal([]);
    });
  }

  it('G8 leftovers are swept, active ones stay', async () => {
    for (const attemptId of ['active', 'left']) await createWorkspace({ root, attemptId });
    expect(await sweepWorkspaces({ root, active: new Set(['active']), now: 0 })).to.deep.equal({ removed: ['left'], left: [] });
  });

  it('are removed with read-only folders in them, and never beyond a link', async () => {
    const path = await createWorkspace({ root, attemptId: 'a' });
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside/file'), 'stays');
    await symlink(join(base, 'outside'), join(path, 'link'));
    await mkdir(join(path, 'locked/deeper'), { recursive: true });
    await writeFile(join(path, 'locked/deeper/file'), '');
    for (const folder of ['locked/deeper', 'locked']) await chmod(join(path, folder), 0o500);
    expect(await removeTree(path)).to.deep.equal({ ok: true });
    expect(await readFile(join(base, 'outside/file'), 'utf8')).to.equal('stays');
  });

  it('are removed by an ordinary user, too, who made folders read-only', async function () {
    if (process.getuid?.() !== 0) {
      skipBecause(this, 'only root can become another user');
    }
    const path = await createWorkspace({ root, attemptId: 'a', owner: { uid: 65534, gid: 65534 } });
    await chmod(base, 0o711);
    await mkdir(join(path, 'x/y'), { recursive: true });
    execFileSync('chown', ['-R', '65534:65534', path]);
    for (const folder of ['x/y', 'x']) await chmod(join(path, folder), 0o500);
    process.seteuid?.(65534);
    try {
      await removeTree(join(path, 'x'));
    } finally {
      process.seteuid?.(0);
    }
    expect(await readdir(path)).to.deep.equal([]);
  });

  it('know the space that is left and tell once when it is low', async () => {
    expect((await readDiskSpace(base)).freeBytes).to.be.greaterThan(0);
    const space = { freeBytes: 5, totalBytes: 10, freeEntries: undefined };
    const low = await new Promise((resolve) => {
      guardDiskSpace({
        path: base,
        minimumBytes: 6,
        everyMs: 1,
        signal: new AbortController().signal,
        onLow: resolve,
        read: () => Promise.resolve(space),
      });
    });
    expect(low).to.equal(space);
  });
});
