import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checkouts, type Repository } from '../testing/checkouts.js';

const lost = '0123456789012345678901234567890123456789';

describe('S7 submodules', () => {
  let checkouts: Checkouts;
  let part: Repository;
  let top: Repository;
  let commit = '';
  let partCommit = '';

  /** Commits submodules, as a path and what it leads to. */
  const commitModules = (repository: Repository, modules: ReadonlyArray<readonly [path: string, url: string, commit: string]>) => {
    for (const [path, , id] of modules) repository.git('update-index', '--add', '--cacheinfo', `160000,${id},${path}`);
    const text = modules.map(([path, url]) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`).join('');
    return text;
  };
  const make = async (name: string, modules: Parameters<typeof commitModules>[1]): Promise<readonly [Repository, string]> => {
    const repository = await checkouts.repository(name);
    await repository.commit('files', { [`${name}.txt`]: name, '.gitmodules': commitModules(repository, modules) });
    commitModules(repository, modules); // adding all files took them out again
    repository.git('commit', '-q', '--amend', '--no-edit');
    repository.publish();
    return [repository, repository.git('rev-parse', 'HEAD')];
  };

  before(async () => {
    checkouts = await Checkouts.start();
    part = await checkouts.repository('part');
    partCommit = await part.commit('part', { 'part.txt': 'part' });
    part.publish();
    const [, middleCommit] = await make('middle', [['libs/the part', '../part.git', partCommit]]);
    [top, commit] = await make('top', [
      ['a module', './../middle.git', middleCommit],
      ['again', `${part.url}`, partCommit],
    ]);
  });
  after(() => checkouts.close());
  beforeEach(() => checkouts.next());

  it('nested ones, by relative addresses, with blanks in their names', async () => {
    const { workspace, result } = await checkouts.checkout(top, { commit, submodules: true });
    expect(result).to.include({ ok: true });
    expect(readFileSync(join(workspace, 'a module/libs/the part/part.txt'), 'utf8')).to.equal('part');
    expect(readFileSync(join(workspace, 'again/part.txt'), 'utf8')).to.equal('part');
    expect(checkouts.git(workspace, 'status', '--porcelain')).to.equal('');
    expect(checkouts.git(join(workspace, 'a module/libs/the part'), 'remote', 'get-url', 'origin')).to.equal(part.url);
    expect(checkouts.git(workspace, 'config', 'submodule.again.url')).to.equal(part.url);
    expect(checkouts.git(join(workspace, 'a module'), 'submodule', 'status', '--recursive')).to.match(/^[0-9a-f]{40} libs\/the part/);
  });

  it('G9 are served from their mirrors the second time', async () => {
    await checkouts.checkout(top, { commit, submodules: true });
    const asked = checkouts.server.requests.length;
    const { result } = await checkouts.checkout(top, { commit, submodules: true });
    expect(result).to.include({ ok: true, fromCache: true });
    expect(checkouts.server.requests.length).to.equal(asked);
  });

  it('with a limited depth', async () => {
    await part.commit('more', { 'more.txt': 'more' });
    const newest = await part.commit('most', { 'more.txt': 'most' });
    part.publish();
    const [repository, id] = await make('shallow', [['part', '../part.git', newest]]);
    const { workspace } = await checkouts.checkout(repository, { commit: id, submodules: true, depth: 1 });
    expect(checkouts.git(join(workspace, 'part'), 'rev-list', '--count', 'HEAD')).to.equal('1');
    expect(readFileSync(join(workspace, 'part/more.txt'), 'utf8')).to.equal('most');
  });

  it('of a source in a folder, and without shared files', async () => {
    const { workspace, result } = await checkouts.checkout(top, {
      commit,
      submodules: true,
      repository: { url: top.served },
      allowedFolders: [join(checkouts.root, 'served')],
    });
    expect(result.ok ? '' : result.reason).to.equal('');
    expect(readFileSync(join(workspace, 'a module/libs/the part/part.txt'), 'utf8')).to.equal('part');
  });

  it('in a folder that nobody allowed are refused', async () => {
    const [repository, id] = await make('outside', [['p', `file://${part.served}`, partCommit]]);
    const { workspace, result } = await checkouts.checkout(repository, { commit: id, submodules: true });
    expect(result.ok ? '' : result.reason).to.match(/^submodule p: repositories in folders are allowed only below/);
    expect(existsSync(join(workspace, 'p'))).to.equal(false);
  });

  it('with a commit that is missing say which and where', async () => {
    const [repository, id] = await make('lost', [['libs/the part', '../part.git', lost]]);
    const { result } = await checkouts.checkout(repository, { commit: id, submodules: true });
    expect(result.ok ? '' : result.reason).to.equal(`submodule libs/the part: ${part.url} does not have the commit ${lost}`);
  });

  it('without an address in .gitmodules say so', async () => {
    const repository = await checkouts.repository('no-address');
    await repository.commit('files', { a: 'a' });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${partCommit},p`);
    repository.git('commit', '-q', '-m', 'link');
    repository.publish();
    const { result } = await checkouts.checkout(repository, { commit: repository.git('rev-parse', 'HEAD'), submodules: true });
    expect(result.ok ? '' : result.reason).to.equal('submodule p: the file .gitmodules has no address for it');
  });

  it('stay empty folders where a step does not ask for them', async () => {
    const { workspace, result } = await checkouts.checkout(top, { commit });
    expect(result).to.include({ ok: true });
    expect([existsSync(join(workspace, 'again')), existsSync(join(workspace, 'again/part.txt'))]).to.deep.equal([true, false]);
  });
});
