import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutSource, type CheckoutOptions } from './checkout.js';
import { runGit } from './git-command.js';
import { evictMirrors, mirrorPath } from './mirror.js';
import { startGitHttpServer, type GitHttpServer } from '../testing/git-http-server.js';

const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' };
const password = { kind: 'password', user: 'me', password: 'pa"ss $wörd' } as const;

describe('S7 checkout of one exact commit', () => {
  let root = '';
  let server: GitHttpServer;
  let output = '';
  const commits: string[] = [];

  const git = (cwd: string, ...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@example.com', '-c', 'protocol.file.allow=always', ...argv], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
      .toString()
      .trim();

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-checkout-'));
    await mkdir(join(root, 'work'));
    git(join(root, 'work'), 'init', '-q', '-b', 'main');
    for (const text of ['one', 'two', 'three']) {
      await writeFile(join(root, 'work/file'), text);
      await writeFile(join(root, 'work/run'), '#!/bin/sh\n', { mode: 0o755 });
      git(join(root, 'work'), 'add', '.');
      git(join(root, 'work'), 'commit', '-q', '-m', text);
      commits.push(git(join(root, 'work'), 'rev-parse', 'HEAD'));
    }
    git(join(root, 'work'), 'tag', '-a', 'v1', '-m', 'v1');
    await mkdir(join(root, 'served'));
    git(root, 'clone', '-q', '--bare', join(root, 'work'), join(root, 'served/app.git'));
    server = await startGitHttpServer({ folder: join(root, 'served'), credentials: password });
  });
  after(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  let workspace = '';
  let cache = '';
  beforeEach(async () => {
    const folder = await mkdtemp(join(root, 'case-'));
    workspace = join(folder, 'workspace');
    cache = join(folder, 'cache');
    await mkdir(workspace);
    output = '';
    server.intercept(undefined);
  });

  const checkout = (changes: Partial<CheckoutOptions> = {}) =>
    checkoutSource({
      repository: { url: `${server.url}/app.git` },
      commit: commits[1] ?? '',
      ref: { type: 'branch', name: 'main' },
      credentials: password,
      allowedFolders: [],
      workspace,
      targetPath: workspace,
      mirrorCacheDir: cache,
      env,
      signal: new AbortController().signal,
      onOutput: (bytes) => {
        output += bytes.toString();
      },
      onNotice: (text) => (output += `${text}\n`),
      ...changes,
    });

  it('over HTTP with a password, which is nowhere to be found afterwards', async () => {
    const seen: string[] = [];
    const result = await checkout({
      run: (argv, options) => {
        seen.push(argv.join(' '));
        return runGit(argv, options);
      },
    });
    expect(result).to.deep.equal({ ok: true, commit: commits[1], fromCache: false });
    expect(await readFile(join(workspace, 'file'), 'utf8')).to.equal('two');
    expect(git(workspace, 'status', '--porcelain')).to.equal('');
    expect(git(workspace, 'remote', 'get-url', 'origin')).to.equal(`${server.url}/app.git`);
    const found = spawnSync('grep', ['-rlF', password.password, root]).stdout.toString();
    expect([found, output.includes(password.password), seen.some((argv) => argv.includes(password.password))]).to.deep.equal([
      '',
      false,
      false,
    ]);
  });

  it('keeps settings and keys where no task may look', async () => {
    const places = new Set<string>();
    const run: CheckoutOptions['run'] = (argv, options) => {
      places.add(options.env['GIT_CONFIG_GLOBAL'] ?? '');
      return runGit(argv, options);
    };
    expect(await checkout({ run })).to.include({ ok: true });
    expect([...places].map((path) => path.startsWith(`${cache}/`))).to.deep.equal([true]);
    expect(readdirSync(join(cache, 'sessions'))).to.deep.equal([]);
  });

  it('X3 a checkout that waits for another one of the same repository can be stopped', async () => {
    let reached: () => void = () => undefined;
    const isFetching = new Promise<void>((resolve) => (reached = resolve));
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const first = checkout({
      run: async (argv, options) => {
        if (argv[0] === 'fetch') reached();
        if (argv[0] === 'fetch') await gate;
        return runGit(argv, options);
      },
    });
    await isFetching;
    const abort = new AbortController();
    const second = join(workspace, '../second');
    await mkdir(second);
    const waiting = checkout({ workspace: second, targetPath: second, signal: abort.signal }).then(
      () => 'done',
      () => 'stopped',
    );
    abort.abort(); // whether it waits already or is about to
    expect(await waiting).to.equal('stopped');
    goOn();
    expect(await first).to.include({ ok: true });
  });

  it('G9 mirrors out of use are given up, those in use are not', async () => {
    await checkout();
    const mirror = mirrorPath({ cacheFolder: cache, url: `${server.url}/app.git`, credentials: password });
    expect(await evictMirrors(cache, Date.now() - 60_000)).to.equal(0);
    expect(await evictMirrors(cache, Date.now() + 60_000)).to.equal(1);
    expect(existsSync(mirror)).to.equal(false);
    expect(await checkout()).to.include({ ok: true, fromCache: false });
  });

  it('G9 a second attempt is served from the mirror, without the network or shared files', async () => {
    await checkout();
    const asked = server.requests.length;
    const second = join(workspace, '../second');
    await mkdir(second);
    const result = await checkout({ workspace: second, targetPath: second });
    expect(result).to.include({ ok: true, fromCache: true });
    expect(server.requests.length).to.equal(asked);
    expect(existsSync(join(second, '.git/objects/info/alternates'))).to.equal(false);
    const packs = readdirSync(join(second, '.git/objects/pack')).map((name) => statSync(join(second, '.git/objects/pack', name)).nlink);
    expect(packs.every((links) => links === 1)).to.equal(true);
  });

  it('G9 other credentials do not reach the mirror', async () => {
    await checkout();
    const result = await checkout({ credentials: { kind: 'none' } });
    expect(result.ok).to.equal(false);
  });

  it('many at once share one fetch', async () => {
    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name) => {
        const own = join(workspace, '..', name);
        await mkdir(own);
        return checkout({ workspace: own, targetPath: own });
      }),
    );
    expect(results.map((result) => result.ok && result.fromCache)).to.have.members([false, true, true, true]);
  });

  it('falls back to the branch where a host gives no single commits', async () => {
    const result = await checkout({
      run: (argv, options) =>
        argv.some((word) => word.startsWith(`+${commits[0] ?? ''}:refs/drover/commits`)) && argv.includes(`${server.url}/app.git`)
          ? Promise.resolve({ exitCode: 128, tail: 'Server does not allow request for unadvertised object' })
          : runGit(argv, options),
      commit: commits[0] ?? '',
    });
    expect(result).to.include({ ok: true, commit: commits[0] });
    expect(await readFile(join(workspace, 'file'), 'utf8')).to.equal('one');
  });

  it('a tag, with limited depth, into a folder of the workspace', async () => {
    const result = await checkout({
      ref: { type: 'tag', name: 'v1' },
      commit: commits[2] ?? '',
      depth: 1,
      targetPath: join(workspace, 'src/app'),
    });
    expect(result).to.include({ ok: true });
    expect(git(join(workspace, 'src/app'), 'rev-list', '--count', 'HEAD')).to.equal('1');
    expect(git(join(workspace, 'src/app'), 'rev-parse', 'v1^{commit}')).to.equal(commits[2]);
    expect(statSync(join(workspace, 'src/app/run')).mode & 0o111).to.not.equal(0);
  });

  it('with submodules from the same host', async () => {
    git(join(root, 'work'), 'checkout', '-q', '-b', 'with-module');
    await writeFile(join(root, 'work/.gitmodules'), '[submodule "part"]\n\tpath = part\n\turl = ./../app.git\n');
    git(join(root, 'work'), 'update-index', '--add', '--cacheinfo', `160000,${commits[0] ?? ''},part`);
    git(join(root, 'work'), 'add', '.gitmodules');
    git(join(root, 'work'), 'commit', '-q', '-m', 'module');
    git(join(root, 'work'), 'push', '-q', join(root, 'served/app.git'), 'with-module');
    const commit = git(join(root, 'work'), 'rev-parse', 'HEAD');
    const result = await checkout({ submodules: true, commit, ref: { type: 'branch', name: 'with-module' } });
    expect(result).to.include({ ok: true });
    expect(await readFile(join(workspace, 'part/file'), 'utf8')).to.equal('one');
  });

  it('from a folder only where an administrator allows it', async () => {
    const repository = { url: join(root, 'served/app.git') };
    const refusal = await checkout({ repository, credentials: { kind: 'none' } });
    expect(refusal).to.have.property('ok', false);
    await symlink(join(root, 'served'), join(workspace, '../link'));
    const allowedFolders = [join(root, 'served')];
    expect(await checkout({ repository, credentials: { kind: 'none' }, allowedFolders: [join(workspace, '..')] })).to.have.property(
      'ok',
      false,
    );
    expect(
      await checkout({ repository: { url: `file://${repository.url}` }, credentials: { kind: 'none' }, allowedFolders }),
    ).to.have.property('ok', true);
  });

  it('from a folder with a blank in its path', async () => {
    const url = join(root, 'with a blank', 'app.git');
    await mkdir(join(root, 'with a blank'));
    git(root, 'clone', '-q', '--bare', join(root, 'work'), url);
    expect(await checkout({ repository: { url }, credentials: { kind: 'none' }, allowedFolders: [root] })).to.have.property('ok', true);
  });

  // prettier-ignore
  const refused: ReadonlyArray<readonly [title: string, changes: Partial<CheckoutOptions>]> = [
    ['an address like an option',     { repository: { url: '--upload-pack=touch x' } }],
    ['a remote helper',               { repository: { url: 'ext::sh -c touch% x' } }],
    ['another scheme',                { repository: { url: 'ftp://example.com/x.git' } }],
    ['an ssh host like an option',    { repository: { url: 'ssh://-oProxyCommand=x/y' } }],
    ['an scp host like an option',    { repository: { url: '-oProxyCommand=x:y' } }],
    ['a password in the address',     { repository: { url: 'https://a:b@example.com/x.git' } }],
    ['a branch like an option',       { ref: { type: 'branch', name: '--force' } }],
    ['a commit that is none',         { commit: 'main' }],
    ['a folder outside',              { targetPath: '/elsewhere' }],
  ];
  for (const [title, changes] of refused) {
    it(`refuses ${title}`, async () => expect(await checkout(changes)).to.have.property('ok', false));
  }

  it('never follows a link that a task laid, nor uses its settings and hooks', async () => {
    await mkdir(join(root, 'outside'), { recursive: true });
    await symlink(join(root, 'outside'), join(workspace, 'link'));
    expect(await checkout({ targetPath: join(workspace, 'link/x') })).to.have.property('ok', false);
    expect(readdirSync(join(root, 'outside'))).to.deep.equal([]);
    git(workspace, 'init', '-q');
    git(workspace, 'config', 'core.fsmonitor', `touch ${root}/outside/pwned`);
    await writeFile(join(workspace, '.git/hooks/post-checkout'), `#!/bin/sh\ntouch ${root}/outside/pwned`);
    await chmod(join(workspace, '.git/hooks/post-checkout'), 0o755);
    expect(await checkout()).to.have.property('ok', true);
    expect(readdirSync(join(root, 'outside'))).to.deep.equal([]);
  });

  it('sends no credentials to where a redirect leads', async () => {
    const other = await startGitHttpServer({ folder: join(root, 'served'), credentials: password });
    server.intercept((request, response) => {
      response.writeHead(302, { location: `${other.url}${request.url ?? ''}` }).end();
      return true;
    });
    const result = await checkout();
    await other.close();
    expect(result.ok).to.equal(false);
    expect(other.requests.every(({ authorization }) => authorization === undefined)).to.equal(true);
  });

  it('an interrupted or damaged mirror does no harm to the next checkout', async () => {
    const aborter = new AbortController();
    server.intercept((request) => {
      if (request.method !== 'POST') return false;
      aborter.abort(new Error('stopped'));
      return true;
    });
    const outcome = await checkout({ signal: aborter.signal }).then(() => 'done', String);
    expect(outcome).to.contain('stopped');
    server.intercept(undefined);
    const mirror = mirrorPath({ cacheFolder: cache, url: `${server.url}/app.git`, credentials: password });
    await writeFile(join(mirror, 'packed-refs.lock'), '');
    await writeFile(join(mirror, 'HEAD'), 'rubbish');
    expect(await checkout()).to.have.property('ok', true);
  });

  it('gives the tree to the user of the tasks', async function () {
    if (process.getuid?.() !== 0) {
      skipBecause(this, 'only root can give files away');
    }
    expect(await checkout({ owner: { uid: 65534, gid: 65534 } })).to.have.property('ok', true);
    expect([lstatSync(join(workspace, 'file')).uid, lstatSync(join(workspace, '.git')).uid]).to.deep.equal([65534, 65534]);
  });

  it('over ssh with a key', async function () {
    const sshd = '/usr/sbin/sshd';
    if (process.getuid?.() !== 0 || !existsSync(sshd)) {
      skipBecause(this, 'sshd is not installed, or this is not root');
    }
    const folder = await mkdtemp(join(root, 'ssh-'));
    for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    await mkdir('/run/sshd', { recursive: true });
    const port = await freePort();
    const settings = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${folder}/host`,
      `AuthorizedKeysFile ${folder}/user.pub`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PasswordAuthentication no',
    ];
    await writeFile(join(folder, 'sshd_config'), settings.join('\n'));
    const daemon = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      await once(daemon.stderr, 'data');
      const result = await checkout({
        repository: { url: `ssh://root@127.0.0.1:${port}${root}/served/app.git` },
        credentials: { kind: 'sshKey', privateKey: readFileSync(join(folder, 'user'), 'utf8') },
      });
      expect(result).to.deep.equal({ ok: true, commit: commits[1], fromCache: false });
      expect(existsSync(join(cache, 'known_hosts'))).to.equal(true);
    } finally {
      daemon.kill();
      await once(daemon, 'close');
    }
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
