import { expect } from 'chai';
import { Checkouts, type Repository } from '../testing/checkouts.js';
import { runGit } from './git-command.js';

describe('S7 branches and tags of a checkout', () => {
  let checkouts: Checkouts;
  let app: Repository;
  let tagged = '';
  let feature = '';
  let base = '';

  before(async () => {
    checkouts = await Checkouts.start();
    app = await checkouts.repository('app');
    base = await app.commit('base', { file: 'base' });
    app.git('tag', '-a', 'v1.0.0', '-m', 'one');
    app.git('tag', '-a', 'stable', '-m', 'two');
    app.git('tag', 'light');
    app.git('checkout', '-q', '-b', 'feature/x');
    tagged = await app.commit('feature', { feature: '1' });
    feature = await app.commit('feature again', { feature: '2' });
    app.git('checkout', '-q', 'main');
    await app.commit('main continues', { file: 'main' });
    app.git('branch', 'release/1');
    app.publish();
  });
  after(() => checkouts.close());
  beforeEach(() => checkouts.next());

  const onFeature = { type: 'branch', name: 'feature/x' } as const;
  const refsIn = (workspace: string) => checkouts.git(workspace, 'for-each-ref', '--format=%(refname) %(objecttype)').split('\n');

  it('a branch has all tags as they are, so that git describe works', async () => {
    const { workspace } = await checkouts.checkout(app, { commit: feature, ref: onFeature });
    expect(refsIn(workspace)).to.deep.equal([
      'refs/remotes/origin/feature/x commit',
      'refs/tags/light commit',
      'refs/tags/stable tag',
      'refs/tags/v1.0.0 tag',
    ]);
    expect(checkouts.git(workspace, 'describe', '--match', 'v*')).to.match(/^v1\.0\.0-2-g/);
  });

  it('tags are left out where a step says so, but for the one of the run', async () => {
    const branch = await checkouts.checkout(app, { commit: feature, ref: onFeature, tags: false });
    expect(refsIn(branch.workspace)).to.deep.equal(['refs/remotes/origin/feature/x commit']);
    const tag = await checkouts.checkout(app, { commit: base, ref: { type: 'tag', name: 'v1.0.0' }, tags: false });
    expect(refsIn(tag.workspace)).to.deep.equal(['refs/tags/v1.0.0 tag']);
  });

  it('with a limited depth there is the tag of the run, annotated, and all of them on request', async () => {
    const tag = { type: 'tag', name: 'v1.0.0' } as const;
    const one = await checkouts.checkout(app, { commit: base, ref: tag, depth: 1 });
    expect(refsIn(one.workspace)).to.deep.equal(['refs/tags/v1.0.0 tag']);
    const all = await checkouts.checkout(app, { commit: feature, ref: onFeature, depth: 1, tags: true });
    expect(refsIn(all.workspace)).to.include.members(['refs/tags/light commit', 'refs/tags/stable tag', 'refs/tags/v1.0.0 tag']);
    checkouts.git(all.workspace, 'fsck');
  });

  it('a tag that was made after the commit was fetched is there', async () => {
    await checkouts.checkout(app, { commit: tagged, ref: onFeature });
    app.git('tag', '-a', 'v1.1.0', '-m', 'later', tagged);
    app.publish();
    const { workspace, result } = await checkouts.checkout(app, { commit: tagged, ref: { type: 'tag', name: 'v1.1.0' } });
    expect(result).to.include({ ok: true });
    expect(checkouts.git(workspace, 'describe')).to.equal('v1.1.0');
  });

  it('a tag that was moved or deleted since the run began is at the commit of the run', async () => {
    for (const change of [
      ['-f', 'moving', 'main'],
      ['-d', 'moving'],
    ]) {
      app.git('tag', '-f', 'moving', tagged);
      app.publish();
      checkouts.next();
      await checkouts.checkout(app, { commit: tagged, ref: { type: 'tag', name: 'moving' } });
      app.git('tag', ...change);
      app.publish();
      for (const depth of [undefined, 1]) {
        const { workspace } = await checkouts.checkout(app, {
          commit: tagged,
          ref: { type: 'tag', name: 'moving' },
          ...(depth && { depth }),
        });
        expect(checkouts.git(workspace, 'rev-parse', 'HEAD', 'moving^{commit}').split('\n'), change.join(' ')).to.deep.equal([
          tagged,
          tagged,
        ]);
      }
    }
  });

  it('tags that the repository deleted are gone from later checkouts', async () => {
    app.git('tag', 'old', base);
    app.publish();
    await checkouts.checkout(app, { commit: base });
    app.git('tag', '-d', 'old');
    app.git('tag', 'old/er', base);
    app.publish();
    const { workspace, result } = await checkouts.checkout(app, { commit: feature, ref: onFeature });
    expect(result).to.include({ ok: true });
    expect(refsIn(workspace).filter((line) => line.includes('old'))).to.deep.equal(['refs/tags/old/er commit']);
    app.git('tag', '-d', 'old/er');
    app.publish();
  });

  it('B8 git merge-base finds where a branch left the default branch', async () => {
    const { workspace, result } = await checkouts.checkout(app, { commit: feature, ref: onFeature, branches: 'default' });
    expect(result).to.include({ ok: true });
    expect(checkouts.git(workspace, 'merge-base', 'origin/main', 'HEAD')).to.equal(base);
    expect(checkouts.git(workspace, 'merge-base', 'origin/HEAD', 'HEAD')).to.equal(base);
    expect(checkouts.git(workspace, 'rev-parse', 'origin/feature/x')).to.equal(feature);
  });

  // prettier-ignore
  const asked = [
    ['some',     ['main', 'release/1'], undefined, ['main', 'release/1']],
    ['all',      'all',                 undefined, ['feature/x', 'main', 'release/1']],
    ['of depth', ['main'],              1,         ['main']],
    ['all of a depth', 'all',           1,         ['feature/x', 'main', 'release/1']],
  ] as const;
  for (const [title, branches, depth, found] of asked) {
    it(`B8 other branches on request: ${title}`, async () => {
      const { workspace, result } = await checkouts.checkout(app, { commit: feature, ref: onFeature, branches, ...(depth && { depth }) });
      expect(result).to.include({ ok: true });
      const names = checkouts.git(workspace, 'for-each-ref', '--format=%(refname:lstrip=3)', 'refs/remotes').split('\n');
      expect(names).to.deep.equal([...new Set([...found, 'feature/x'])].toSorted());
    });
  }

  it('B8 other branches are those of now, also of a commit that is in the mirror', async () => {
    await checkouts.checkout(app, { commit: feature, ref: onFeature, branches: 'default' });
    const newest = await app.commit('more', { file: 'more' });
    app.publish();
    const { workspace } = await checkouts.checkout(app, { commit: feature, ref: onFeature, branches: 'default' });
    expect(checkouts.git(workspace, 'rev-parse', 'origin/main')).to.equal(newest);
  });

  it('B8 a branch that is not there is named', async () => {
    const { result } = await checkouts.checkout(app, { commit: feature, ref: onFeature, branches: ['main', 'nope'] });
    expect(result.ok ? '' : result.reason).to.equal('the repository has no branch “nope”, which the checkout step asks for');
  });

  it('a commit that is on no branch any more is checked out; one that is gone is named', async () => {
    app.git('checkout', '-q', '-b', 'rewritten', base);
    const first = await app.commit('first', { r: '1' });
    app.publish();
    app.git('reset', '-q', '--hard', base);
    await app.commit('second', { r: '2' });
    app.publish();
    const ref = { type: 'branch', name: 'rewritten' } as const;
    expect((await checkouts.checkout(app, { commit: first, ref })).result).to.include({ ok: true, commit: first });
    expect((await checkouts.checkout(app, { commit: first, ref, depth: 1 })).result).to.include({ ok: true, commit: first });
    checkouts.next();
    checkouts.git(app.served, 'reflog', 'expire', '--expire=now', '--all');
    checkouts.git(app.served, 'gc', '-q', '--prune=now');
    for (const depth of [undefined, 1]) {
      const { result } = await checkouts.checkout(app, { commit: first, ref, ...(depth && { depth }) });
      expect(result.ok ? '' : result.reason).to.equal(`${app.url} does not have the commit ${first}`);
    }
    app.git('checkout', '-q', 'main');
    app.git('branch', '-D', 'rewritten');
    app.publish();
  });

  it('a repository with ids of 64 digits', async () => {
    const newer = await checkouts.repository('newer', '--object-format=sha256');
    const first = await newer.commit('one', { a: 'a' });
    newer.git('tag', '-a', 'v1', '-m', 'one');
    const second = await newer.commit('two', { a: 'b' });
    newer.publish();
    const whole = await checkouts.checkout(newer, { commit: second });
    expect(whole.result).to.deep.equal({ ok: true, commit: second, fromCache: false });
    expect(checkouts.git(whole.workspace, 'describe')).to.match(/^v1-1-g/);
    checkouts.next();
    for (const _ of [1, 2]) {
      const { workspace } = await checkouts.checkout(newer, {
        commit: first,
        ref: { type: 'tag', name: 'v1' },
        depth: 1,
        branches: 'default',
      });
      expect(checkouts.git(workspace, 'rev-parse', 'HEAD', 'v1^{commit}', 'origin/main').split('\n')).to.deep.equal([first, first, second]);
    }
  });

  it('B5 branches and tags with odd names, also a branch and a tag of one name', async () => {
    const names = [
      'feature/#123-ümlaut',
      "it's&more;x=1",
      'a%20b+c',
      '$(id)',
      'x@y',
      '日本語/ブランチ',
      'refs/heads/main2',
      'quote"d',
      'HEAD2',
      '-',
    ];
    const odd = await checkouts.repository('odd');
    const first = await odd.commit('first', { name: 'first' });
    for (const name of names) odd.git('update-ref', `refs/tags/${name}`, first);
    const second = await odd.commit('second', { name: 'second' });
    for (const name of names) odd.git('update-ref', `refs/heads/${name}`, second);
    odd.publish();
    for (const name of names) {
      const branch = await checkouts.checkout(odd, { commit: second, ref: { type: 'branch', name } });
      expect(checkouts.git(branch.workspace, 'rev-parse', 'HEAD', `refs/remotes/origin/${name}`).split('\n'), name).to.deep.equal([
        second,
        second,
      ]);
      const tag = await checkouts.checkout(odd, { commit: first, ref: { type: 'tag', name }, depth: 1 });
      expect(checkouts.git(tag.workspace, 'rev-parse', 'HEAD', `refs/tags/${name}`).split('\n'), name).to.deep.equal([first, first]);
    }
    const all = await checkouts.checkout(odd, { commit: second, branches: names });
    expect(checkouts.git(all.workspace, 'for-each-ref', '--format=%(objectname)', 'refs/remotes').split('\n').length).to.equal(
      names.length + 1,
    );
  });

  it('where a host gives no single commits, the branch or everything is fetched', async () => {
    const refuses =
      (isOfBranch: boolean): typeof runGit =>
      (argv, options) =>
        argv.includes(app.url) && (argv.includes(feature) || (isOfBranch && argv.some((word) => word.startsWith('+refs/heads/feature/x:'))))
          ? Promise.resolve({ exitCode: 128, tail: `error: Server does not allow request for unadvertised object ${feature}` })
          : runGit(argv, options);
    for (const isOfBranch of [false, true]) {
      checkouts.next();
      const { workspace, result } = await checkouts.checkout(app, { commit: feature, ref: onFeature, run: refuses(isOfBranch) });
      expect(result).to.include({ ok: true });
      expect(checkouts.git(workspace, 'rev-parse', 'HEAD')).to.equal(feature);
    }
  });
});
