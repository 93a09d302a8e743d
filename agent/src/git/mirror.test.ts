import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Checkouts, type Repository } from '../testing/checkouts.js';
import { runGit } from './git-command.js';

describe('G9 the mirror of a repository', () => {
  let checkouts: Checkouts;
  let app: Repository;
  const commits: string[] = [];

  before(async () => {
    checkouts = await Checkouts.start();
    app = await checkouts.repository('app');
    for (const text of ['one', 'two', 'three', 'four', 'five']) commits.push(await app.commit(text, { file: text }));
    app.publish();
  });
  after(() => checkouts.close());
  beforeEach(() => checkouts.next());

  const at = (index: number): string => commits[index] ?? '';
  const count = (folder: string, ...what: string[]) => Number(checkouts.git(folder, 'rev-list', '--count', ...what));
  const packsOf = (folder: string) => readdirSync(join(folder, 'objects/pack')).filter((name) => name.endsWith('.pack'));

  it('hands a second checkout its packs as they are: nothing is packed or fetched', async () => {
    await checkouts.checkout(app, { commit: at(4) });
    const asked = checkouts.server.requests.length;
    const called: string[] = [];
    const { workspace } = await checkouts.checkout(app, {
      commit: at(4),
      run: (argv, options) => {
        called.push(argv[0] ?? '');
        return runGit(argv, options);
      },
    });
    expect(packsOf(join(workspace, '.git'))).to.deep.equal(packsOf(checkouts.mirror(app)));
    expect(called).to.not.include('fetch');
    expect(checkouts.server.requests.length).to.equal(asked);
  });

  it('stays whole whatever a task writes into its own repository', async () => {
    const { workspace } = await checkouts.checkout(app, { commit: at(4) });
    for (const name of packsOf(join(workspace, '.git'))) {
      const pack = join(workspace, '.git/objects/pack', name);
      expect(statSync(pack).nlink).to.equal(1);
      await chmod(pack, 0o644);
      await writeFile(pack, 'evil');
    }
    checkouts.git(checkouts.mirror(app), 'fsck', '--strict');
    const again = await checkouts.checkout(app, { commit: at(4) });
    expect(again.result).to.include({ ok: true, fromCache: true });
    expect(await readFile(join(again.workspace, 'file'), 'utf8')).to.equal('five');
  });

  it('of a limited depth holds no more than that, each time', async () => {
    const first = await checkouts.checkout(app, { commit: at(3), depth: 1 });
    expect(count(first.workspace, 'HEAD')).to.equal(1);
    expect(count(checkouts.mirror(app, 1), '--all')).to.equal(1);
    expect(existsSync(checkouts.mirror(app))).to.equal(false);
    const second = await checkouts.checkout(app, { commit: at(4), depth: 1 });
    expect(count(second.workspace, 'HEAD')).to.equal(1);
    expect(await readFile(join(second.workspace, 'file'), 'utf8')).to.equal('five');
    checkouts.git(second.workspace, 'fsck', '--strict');
  });

  it('a later fetch of the same depth does not move the end of an earlier history', async () => {
    const depth = 3;
    for (const index of [3, 4, 2]) await checkouts.checkout(app, { commit: at(index), depth });
    const asked = checkouts.server.requests.length;
    for (const index of [2, 3, 4]) {
      const { workspace, result } = await checkouts.checkout(app, { commit: at(index), depth });
      expect(result).to.include({ ok: true, fromCache: true });
      expect(count(workspace, 'HEAD')).to.equal(depth);
      checkouts.git(workspace, 'fsck');
    }
    expect(checkouts.server.requests.length).to.equal(asked);
  });

  it('of the whole history serves limited depths, too, and a whole one after a limited one', async () => {
    await checkouts.checkout(app, { commit: at(4), depth: 2 });
    const whole = await checkouts.checkout(app, { commit: at(4) });
    expect(count(whole.workspace, 'HEAD')).to.equal(5);
    const asked = checkouts.server.requests.length;
    const part = await checkouts.checkout(app, { commit: at(4), depth: 2 });
    expect([part.result.ok && part.result.fromCache, count(part.workspace, 'HEAD')]).to.deep.equal([true, 2]);
    expect(checkouts.server.requests.length).to.equal(asked);
  });

  it('a host that gives no part of a history is asked for all of it', async () => {
    const { workspace, result } = await checkouts.checkout(app, {
      commit: at(2),
      depth: 2,
      run: (argv, options) =>
        argv.includes('--depth=2') && argv.includes(app.url)
          ? Promise.resolve({ exitCode: 128, tail: 'fatal: Server does not support shallow requests' })
          : runGit(argv, options),
    });
    expect(result).to.include({ ok: true });
    expect(count(workspace, 'HEAD')).to.equal(2);
  });

  it('that is damaged is fetched again', async () => {
    await checkouts.checkout(app, { commit: at(4) });
    const folder = join(checkouts.mirror(app), 'objects/pack');
    for (const name of packsOf(checkouts.mirror(app))) {
      await chmod(join(folder, name), 0o644);
      truncateSync(join(folder, name), 40);
    }
    for (const index of [4, 3]) {
      const { workspace, result } = await checkouts.checkout(app, { commit: at(index) });
      expect(result).to.include({ ok: true });
      checkouts.git(workspace, 'fsck', '--strict');
    }
  });

  it('that is no repository any more is never replaced by one in a folder above', async () => {
    checkouts.git(checkouts.root, 'init', '-q');
    await checkouts.checkout(app, { commit: at(3) });
    await writeFile(join(checkouts.mirror(app), 'HEAD'), 'rubbish');
    expect((await checkouts.checkout(app, { commit: at(4) })).result).to.include({ ok: true });
    expect(checkouts.git(checkouts.root, 'for-each-ref')).to.equal('');
  });

  it('a link that is cut and a full disk leave a mirror that serves the next checkout', async function () {
    const large = await checkouts.repository('large');
    const commit = await large.commit('large', { large: randomBytes(6_000_000) });
    large.publish();
    checkouts.server.intercept((request, response) => {
      if (request.method === 'POST') response.socket?.destroy();
      return false;
    });
    expect((await checkouts.checkout(large, { commit })).result).to.deep.include({ ok: false, kind: 'unreachable' });
    checkouts.server.intercept(undefined);
    expect((await checkouts.checkout(large, { commit })).result).to.include({ ok: true });
    if (process.getuid?.() !== 0) {
      console.log('      the full disk is skipped: only root can mount a small one');
      return;
    }
    const disk = join(checkouts.root, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', disk]);
    try {
      const workspace = join(disk, 'attempt/w');
      await mkdir(workspace, { recursive: true });
      const { result } = await checkouts.checkout(large, { commit, workspace, targetPath: workspace });
      expect(result.ok ? '' : `${result.kind}: ${result.reason}`).to.match(/^diskFull/);
      expect([...readdirSync(workspace), ...readdirSync(join(disk, 'attempt/.drover-checkouts'))]).to.deep.equal([]);
    } finally {
      execFileSync('umount', [disk]);
    }
    expect((await checkouts.checkout(large, { commit })).result).to.include({ ok: true, fromCache: true });
  });

  it('with many packs gets fewer, and what was cut off leaves nothing', async () => {
    await checkouts.checkout(app, { commit: at(4) });
    const mirror = checkouts.mirror(app);
    for (let n = 0; n < 55; n += 1) {
      await writeFile(join(checkouts.root, 'blob'), `${n}`);
      const id = checkouts.git(mirror, 'hash-object', '-w', join(checkouts.root, 'blob'));
      checkouts.git(mirror, 'update-ref', `refs/drover/blobs/${n}`, id);
      checkouts.git(mirror, 'repack', '-dq');
    }
    await writeFile(join(mirror, 'objects/pack/tmp_pack_x'), 'half');
    await writeFile(join(mirror, 'refs/drover/blobs/0.lock'), '');
    expect((await checkouts.checkout(app, { commit: at(0), branches: 'all' })).result).to.include({ ok: true });
    expect(packsOf(mirror).length).to.be.lessThan(50);
    expect(existsSync(join(mirror, 'objects/pack/tmp_pack_x'))).to.equal(false);
  });
});
