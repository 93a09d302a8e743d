import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Checkouts, type Repository } from '../testing/checkouts.js';
import { LfsServer } from '../testing/lfs-server.js';
import { runGit, type RunGit } from './git-command.js';

const attributes = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
const content = Buffer.from([0, 1, 2, 255, 10, 13, 0]);

/** A machine without git-lfs. */
const withoutLfs: RunGit = (argv, options) =>
  argv.includes('lfs')
    ? Promise.resolve({ exitCode: 1, tail: "git: 'lfs' is not a git command. See 'git --help'." })
    : runGit(argv, options);

describe('S7 files of Git LFS', () => {
  let checkouts: Checkouts;
  let lfs: LfsServer;
  let app: Repository;
  let commit = '';
  let pointer = '';

  before(async () => {
    checkouts = await Checkouts.start();
    lfs = new LfsServer();
    pointer = lfs.add(content);
    app = await checkouts.repository('app');
    commit = await app.commit('lfs', { '.gitattributes': attributes, 'big.bin': pointer, 'sub/ümläut file.bin': pointer, 'a.txt': 'a' });
    app.publish();
  });
  after(() => checkouts.close());
  beforeEach(() => {
    checkouts.next();
    checkouts.server.intercept(lfs.answer());
  });

  const needsLfs = (context: Mocha.Context): void => {
    if (spawnSync('git', ['lfs', 'version']).status === 0) return;
    console.log('      skipped: git-lfs is not installed');
    context.skip();
  };

  it('are fetched, once for all checkouts, and Git sees no change', async function () {
    needsLfs(this);
    const before = lfs.downloads.length;
    for (const _ of [1, 2]) {
      const { workspace, result } = await checkouts.checkout(app, { commit });
      expect(result).to.include({ ok: true });
      for (const name of ['big.bin', 'sub/ümläut file.bin']) {
        expect(readFileSync(join(workspace, name))).to.deep.equal(content);
        expect(statSync(join(workspace, name)).nlink).to.equal(1);
      }
      expect(checkouts.git(workspace, 'status', '--porcelain')).to.equal('');
    }
    expect(lfs.downloads.length - before).to.equal(1);
  });

  it('are fetched with the credentials of the endpoint', async function () {
    needsLfs(this);
    checkouts.server.intercept(lfs.answer('me:pass word'));
    const credentials = { kind: 'password', user: 'me', password: 'pass word' } as const;
    const { workspace, result } = await checkouts.checkout(app, { commit, credentials });
    expect(result).to.include({ ok: true });
    expect(readFileSync(join(workspace, 'big.bin'))).to.deep.equal(content);
  });

  it('that the server does not have fail the checkout with its words', async function () {
    needsLfs(this);
    const lost = pointer.replace(/sha256:[0-9a-f]{8}/, 'sha256:00000000');
    const broken = await checkouts.repository('broken');
    const lostCommit = await broken.commit('lost', { '.gitattributes': attributes, 'lost.bin': lost });
    broken.publish();
    const { result } = await checkouts.checkout(broken, { commit: lostCommit });
    expect(result.ok ? '' : result.reason).to.match(/does not exist/i);
  });

  it('stay pointers where git-lfs is missing, and the log says so', async () => {
    const { workspace, result } = await checkouts.checkout(app, { commit, run: withoutLfs });
    expect(result).to.include({ ok: true });
    expect(readFileSync(join(workspace, 'big.bin'), 'utf8')).to.equal(pointer);
    expect(checkouts.notices).to.deep.equal([
      'warning: 2 files are Git LFS pointers without their content: git-lfs is not installed on this agent',
    ]);
  });

  it('fail a checkout that demands them where git-lfs is missing', async () => {
    const { result } = await checkouts.checkout(app, { commit, lfs: true, run: withoutLfs });
    expect(result.ok ? '' : result.reason).to.equal('2 files are Git LFS pointers, and git-lfs is not installed on this agent');
  });

  it('stay pointers where the step says so', async () => {
    const before = lfs.downloads.length;
    const { workspace } = await checkouts.checkout(app, { commit, lfs: false });
    expect(readFileSync(join(workspace, 'big.bin'), 'utf8')).to.equal(pointer);
    expect(checkouts.notices).to.deep.equal(['2 files are Git LFS pointers; the step does not fetch the content']);
    expect(lfs.downloads.length).to.equal(before);
  });

  it('never come from this machine by an address in .lfsconfig', async function () {
    needsLfs(this);
    const odd = await checkouts.repository('odd');
    const config = `[lfs]\n\turl = file://${checkouts.root}/served/app.git\n`;
    const oddCommit = await odd.commit('odd', { '.gitattributes': attributes, 'a.bin': pointer, '.lfsconfig': config });
    odd.publish();
    const { result } = await checkouts.checkout(odd, { commit: oddCommit });
    expect(result.ok ? '' : result.reason).to.match(/^the file \.lfsconfig names "file:/);
  });
});
