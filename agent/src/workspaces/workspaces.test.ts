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
    it(`cannot be called ${JSON.stringify(attemptId)}`, async () => {
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

  describe('B5 are removed whatever a task left in them', () => {
    const script = (path: string, text: string) => execFileSync('bash', ['-ec', text], { cwd: path, stdio: 'ignore' });
    // prettier-ignore
    const trees: ReadonlyArray<readonly [title: string, text: string]> = [
      ['folders deeper than a path may be long', 'd=$(printf "n%.0s" {1..200}); for i in {1..60}; do mkdir $d; cd $d; echo x >file; done'],
      ['folders deeper than are held open at once', 'for i in {1..200}; do mkdir d; cd d; done; echo x >file'],
      ['a deep folder beside many files',        'seq -f "f%g" 5000 | xargs touch; d=$(printf "n%.0s" {1..200}); for i in {1..40}; do mkdir $d; cd $d; touch a b; done'],
      ['names that are not UTF-8',               "mkdir $'d\\351p' $'\\377'; echo x >$'d\\351p/\\200\\201'; ln -s / $'d\\351p/l\\351'"],
      ['names with line ends and dashes',        "mkdir -- -rf; touch -- -rf/$'a\\nb' '*'"],
      ['folders that nobody may enter',          'mkdir -p a/b/c; touch a/b/c/f; chmod 000 a/b/c a/b a'],
      ['sockets, pipes and links to folders',    'mkfifo p; ln -s .. up; mkdir d; ln -s ../d d/loop'],
    ];
    for (const [title, text] of trees) {
      it(title, async () => {
        const path = await createWorkspace({ root, attemptId: 'a' });
        script(path, text);
        expect(await removeTree(path)).to.deep.equal({ ok: true });
        expect(await readdir(root)).to.deep.equal([]);
      });
    }

    for (const [title, text] of trees) {
      it(`${title}, by an ordinary user`, async function () {
        if (process.getuid?.() !== 0) this.skip(); // the tests above were as an ordinary user
        const path = await createWorkspace({ root, attemptId: 'a' });
        await chmod(base, 0o711);
        await mkdir(join(path, 'x'));
        execFileSync('chown', ['-R', '65534:65534', path]);
        execFileSync('bash', ['-ec', text], { cwd: join(path, 'x'), uid: 65534, gid: 65534, stdio: 'ignore' });
        process.seteuid?.(65534);
        try {
          expect(await removeTree(join(path, 'x'))).to.deep.equal({ ok: true });
        } finally {
          process.seteuid?.(0);
        }
        expect(await readdir(path)).to.deep.equal([]);
      });
    }

    it('also a folder whose own name is not UTF-8', async () => {
      await mkdir(root);
      script(root, "mkdir $'d\\351p' && cd $'d\\351p' && seq 3000 | xargs touch");
      expect(await removeTree(Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xe9]), Buffer.from('p')]))).to.deep.equal({
        ok: true,
      });
      expect(await readdir(root)).to.deep.equal([]);
    });

    it('and what cannot be removed is said, and the rest is gone', async function () {
      const path = await createWorkspace({ root, attemptId: 'a' });
      await writeFile(join(path, 'file'), '');
      await mkdir(join(path, 'mounted'));
      try {
        execFileSync('mount', ['-t', 'tmpfs', 'none', join(path, 'mounted')], { stdio: 'ignore' });
      } catch {
        console.log('      skipped: nothing can be mounted here');
        this.skip();
      }
      try {
        expect(await removeTree(path)).to.deep.include({ ok: false });
        expect(await readdir(path)).to.deep.equal(['mounted']);
      } finally {
        execFileSync('umount', [join(path, 'mounted')]);
      }
    });
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
