import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { proxiesForCurl } from '@drover/protocol/outgoing';
import { assert } from 'chai';
import type { GitCredentials } from '@drover/protocol/agent';
import type { GitRemote } from '../../services/ports/git-remote.js';
import { createGitRemote } from './git-remote.js';

const run = promisify(execFile);
const none: GitCredentials = { kind: 'none' };
const password = 'p@ss word-that-must-not-leak';

describe('S2 the remote reader', () => {
  const environment = { PATH: process.env['PATH'] ?? '' };
  let remote: GitRemote;
  const signal = new AbortController().signal;
  let folder: string;
  let repository: string;
  let head: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-git-test-'));
    remote = createGitRemote({ environment, folder: join(folder, 'private') });
    repository = join(folder, 'allowed', 'one');
    await mkdir(repository, { recursive: true });
    const git = async (...args: string[]) =>
      (await run('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args])).stdout.trim();
    await git('init', '--quiet', '--initial-branch=main');
    await writeFile(join(repository, 'file'), '1');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'First line\n\nmore');
    await git('branch', 'feature/x');
    await git('tag', '-a', 'v1', '-m', 'one');
    head = await git('rev-parse', 'HEAD');
    await symlink('/etc', join(folder, 'allowed', 'link'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const local = () => ({ url: repository, credentials: none, allowedFolders: [join(folder, 'allowed')] });

  it('lists branches and tags; an annotated tag by the commit behind it', async () => {
    const answer = await remote.refs(local(), signal);
    assert.deepEqual(answer, {
      ok: true,
      value: {
        defaultBranch: 'main',
        branches: [
          { name: 'feature/x', commit: head },
          { name: 'main', commit: head },
        ],
        tags: [{ name: 'v1', commit: head }],
        truncated: false,
      },
    });
  });

  // prettier-ignore
  const refs: Array<[title: string, type: 'branch' | 'tag' | 'commit', name: () => string, found: boolean]> = [
    ['a branch',              'branch', () => 'main',            true],
    ['a branch with a slash', 'branch', () => 'feature/x',       true],
    ['the end of a name',     'branch', () => 'x',               false],
    ['an annotated tag',      'tag',    () => 'v1',              true],
    ['a branch as a tag',     'tag',    () => 'main',            false],
    ['a whole commit',        'commit', () => head,              true],
    ['a short commit',        'commit', () => head.slice(0, 10), true],
    ['a commit that is none', 'commit', () => 'f'.repeat(40),    false],
  ];
  for (const [title, type, name, found] of refs) {
    it(`resolves ${title}: ${found}`, async () => {
      const answer = await remote.resolve(local(), { type, name: name() }, signal);
      assert.deepEqual(answer.ok ? answer.value : answer.kind, found ? { commit: head, message: 'First line' } : 'refNotFound');
    });
  }

  it('B5 resolves branches and tags with odd names, also a branch and a tag of one name', async () => {
    const git = async (...args: string[]) =>
      (await run('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args])).stdout.trim();
    const other = await git('commit-tree', '-m', 'other', `${head}^{tree}`);
    const names = [
      'feature/#123-ümlaut',
      "it's&more;x=1",
      'a%20b+c',
      '$(id)',
      'x@y',
      '日本語/ブランチ',
      'refs/heads/main',
      'quote"d',
      'HEAD2',
      '-',
    ];
    for (const name of names) {
      await git('update-ref', `refs/heads/${name}`, other);
      await git('update-ref', `refs/tags/${name}`, head);
      for (const [type, commit] of [
        ['branch', other],
        ['tag', head],
      ] as const) {
        const answer = await remote.resolve(local(), { type, name }, signal);
        assert.equal(answer.ok ? answer.value.commit : answer.detail, commit, `${type} ${name}`);
      }
    }
    const listed = await remote.refs(local(), signal);
    assert.includeMembers(listed.ok ? listed.value.branches.map(({ name }) => name) : [], names);
    for (const name of names) for (const kind of ['heads', 'tags']) await git('update-ref', '-d', `refs/${kind}/${name}`);
  });

  it('B6 reads repositories whose ids have 64 digits', async () => {
    const newer = join(folder, 'allowed', 'newer');
    const git = async (...args: string[]) =>
      (await run('git', ['-C', newer, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args])).stdout.trim();
    await mkdir(newer);
    await git('init', '--quiet', '--initial-branch=main', '--object-format=sha256');
    await git('commit', '--quiet', '--allow-empty', '-m', 'Newer');
    const commit = await git('rev-parse', 'HEAD');
    const source = { ...local(), url: newer };
    for (const ref of [
      { type: 'branch', name: 'main' },
      { type: 'commit', name: commit },
      { type: 'commit', name: commit.slice(0, 9) },
    ] as const)
      assert.deepEqual(await remote.resolve(source, ref, signal), { ok: true, value: { commit, message: 'Newer' } });
    const listed = await remote.refs(source, signal);
    assert.deepEqual(listed.ok && listed.value.branches, [{ name: 'main', commit }]);
    assert.equal(await remote.message(source, commit, signal), 'Newer');
  });

  // prettier-ignore
  const refused: Array<[title: string, url: () => string]> = [
    ['a folder that nobody allowed',                () => '/etc'],
    ['a way out of an allowed one',                 () => join(folder, 'allowed', '..', '..')],
    ['a link out of an allowed one',                () => join(folder, 'allowed', 'link')],
    ['an address that is an option',                () => '--upload-pack=touch /tmp/x'],
    ['a helper as a protocol',                      () => 'ext::sh -c touch% /tmp/x'],
  ];
  for (const [title, url] of refused) {
    it(`refuses ${title}`, async () => assert.isFalse((await remote.refs({ ...local(), url: url() }, signal)).ok));
  }

  it('gives up when it is told to, and leaves nothing behind', async () => {
    const answer = await remote.refs(local(), AbortSignal.abort());
    assert.deepEqual(answer.ok ? '' : answer.detail, 'given up');
    assert.deepEqual(await readdir(join(folder, 'private')), []);
  });

  describe('over HTTP', () => {
    let server: Server;
    let base: string;
    const asked: Array<string | undefined> = [];
    before(async () => {
      server = createServer((request, response) => {
        asked.push(request.headers.authorization);
        if (request.url?.startsWith('/moved'))
          response
            .writeHead(302, { Location: `http://127.0.0.1:${(server.address() as AddressInfo).port}/other${request.url.slice(6)}` })
            .end();
        else response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      base = `http://localhost:${(server.address() as AddressInfo).port}`;
    });
    after(() => void server.close());

    it('sends its credentials to that host, and names them nowhere', async () => {
      asked.length = 0;
      const answer = await remote.refs(
        { url: `${base}/one.git`, credentials: { kind: 'password', user: 'bot', password }, allowedFolders: [] },
        signal,
      );
      assert.include(asked, `Basic ${Buffer.from(`bot:${password}`).toString('base64')}`);
      assert.isFalse(answer.ok);
      if (!answer.ok) {
        assert.notInclude(answer.detail, password);
        assert.match(answer.detail, /Authentication failed/);
      }
    });

    it('does not send them on to another host', async () => {
      asked.length = 0;
      await remote.refs(
        { url: `${base}/moved/one.git`, credentials: { kind: 'password', user: 'bot', password }, allowedFolders: [] },
        signal,
      );
      assert.deepEqual([...new Set(asked)], [undefined]);
    });

    it('names no password of a proxy', async () => {
      for (const http_proxy of [
        'http://me:secret@127.0.0.1:9',
        'me:secret@127.0.0.1:9',
        'gopher://me:secret@127.0.0.1:9',
        'me:sec#ret@127.0.0.1:x',
      ]) {
        const behind = createGitRemote({ environment: proxiesForCurl({ ...environment, http_proxy }), folder: join(folder, 'proxied') });
        const answer = await behind.refs({ url: 'http://repo.test/x.git', credentials: none, allowedFolders: [] }, signal);
        assert.isFalse(answer.ok);
        assert.notMatch(answer.ok ? '' : answer.detail, /secret|sec#|:sec/);
      }
    });

    it('says that nobody is there', async () => {
      const answer = await remote.refs({ url: 'http://127.0.0.1:9/x.git', credentials: none, allowedFolders: [] }, signal);
      assert.match(answer.ok ? '' : answer.detail, /connect|refused/i);
    });
  });
});
