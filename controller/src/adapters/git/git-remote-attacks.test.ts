import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { createGitRemote } from './git-remote.js';
import { listen, serve } from './testing/git-http.js';

const run = promisify(execFile);
const none = { kind: 'none' } as const;
const signal = new AbortController().signal;
const environment = { PATH: process.env['PATH'] ?? '' };

describe('security: what lies around the Git work of the controller', () => {
  let root: string;
  let repository: string;
  let commit: string;
  let marker: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-git-attack-'));
    repository = join(root, 'served', 'one.git');
    marker = join(root, 'it-ran');
    await mkdir(repository, { recursive: true });
    const git = async (...args: string[]) =>
      (await run('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args])).stdout.trim();
    await git('init', '--quiet', '--initial-branch=main');
    await git('commit', '--quiet', '--allow-empty', '-m', 'First line');
    commit = await git('rev-parse', 'HEAD');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const privateFolder = () => join(root, 'data', 'git');
  const makeRemote = async () => {
    await mkdir(join(root, 'data'), { recursive: true });
    return createGitRemote({ environment, folder: privateFolder() });
  };
  /** Calls `back` before each answer, with the folders of the uses under way. */
  const serving = async (back: (uses: readonly string[]) => Promise<void>, act: (base: string) => Promise<void>) => {
    const server = createServer((request, response) => {
      void usesIn(privateFolder())
        .then(back)
        .then(() => serve(join(root, 'served'), request, response));
    });
    const base = await listen(server);
    try {
      await act(base);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  it('a repository that is planted while a remote is slow runs nothing, and is not used', async () => {
    const remote = await makeRemote();
    const plant = async (uses: readonly string[]) => {
      for (const use of uses) {
        await mkdir(join(use, 'sha1.git', 'objects', 'info'), { recursive: true });
        await writeFile(
          join(use, 'sha1.git', 'config'),
          `[core]\n\talternateRefsCommand = "touch ${marker}; true"\n\tsshCommand = touch ${marker}\n`,
        );
        await writeFile(join(use, 'sha1.git', 'objects', 'info', 'alternates'), `${join(repository, '.git', 'objects')}\n`);
      }
    };
    await serving(plant, async (base) => {
      const answer = await remote.resolve(
        { url: `${base}/one.git`, credentials: none, allowedFolders: [] },
        { type: 'branch', name: 'main' },
        signal,
      );
      assert.deepEqual(answer, { ok: true, value: { commit } }); // without the message, for which a repository is needed
    });
    assert.isFalse(existsSync(marker));
  });

  it('a configuration above its folder is not read: no proxy of a stranger gets the credentials', async () => {
    const asked: unknown[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(502).end();
    });
    const proxyUrl = await listen(proxy);
    for (const above of [root, join(root, 'data')]) {
      await mkdir(above, { recursive: true });
      await run('git', ['init', '--quiet', above]);
      await run('git', ['-C', above, 'config', 'http.proxy', proxyUrl]);
    }
    const remote = await makeRemote();
    try {
      await serving(
        () => Promise.resolve(),
        async (base) => {
          const answer = await remote.refs(
            { url: `${base}/one.git`, credentials: { kind: 'password', user: 'u', password: 'secret-password' }, allowedFolders: [] },
            signal,
          );
          assert.isTrue(answer.ok);
        },
      );
      assert.deepEqual(asked, []);
    } finally {
      proxy.close();
    }
  });

  it('a key lies in a private folder below the data folder while it is used, and never elsewhere', async () => {
    await mkdir(join(root, 'bin'));
    const seen = join(root, 'seen');
    await writeFile(join(root, 'bin', 'ssh'), `#!/bin/sh\nprintf '%s\\n' "$@" | grep '/key$' >${seen}\nstat -c %a "$(cat ${seen})" >>${seen}\nexit 1\n`, { mode: 0o755 }); // prettier-ignore
    await mkdir(join(root, 'data'));
    const remote = createGitRemote({ environment: { PATH: `${join(root, 'bin')}:${environment.PATH}` }, folder: privateFolder() });
    await remote.refs(
      { url: 'ssh://git@127.0.0.1/x.git', credentials: { kind: 'sshKey', privateKey: 'the key' }, allowedFolders: [] },
      signal,
    );
    const [path = '', mode] = (await readFile(seen, 'utf8')).split('\n');
    assert.isTrue(path.startsWith(`${privateFolder()}/use-`), path);
    assert.equal(mode, '600');
    assert.equal((await stat(privateFolder())).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(privateFolder()), []);
  });

  it('what a crash left is removed at the start', async () => {
    await mkdir(join(privateFolder(), 'use-old'), { recursive: true });
    await writeFile(join(privateFolder(), 'use-old', 'key'), 'the key');
    const remote = await makeRemote();
    await remote.refs({ url: repository, credentials: none, allowedFolders: [root] }, signal);
    assert.deepEqual(await readdir(privateFolder()), []);
  });

  it('a folder that is allowed as a source names no program that runs', async () => {
    const remote = await makeRemote();
    for (const [key, value] of [
      ['extensions.partialClone', 'origin'],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.url', root],
      ['remote.origin.uploadpack', `touch ${marker}; git-upload-pack`],
      ['core.fsmonitor', `touch ${marker}`],
      ['core.alternateRefsCommand', `touch ${marker}`],
    ] as const)
      await run('git', ['-C', repository, 'config', key, value]);
    const local = { url: repository, credentials: none, allowedFolders: [root] };
    for (const name of [commit, 'f'.repeat(40), '1234567']) await remote.resolve(local, { type: 'commit', name }, signal);
    await remote.refs(local, signal);
    assert.isFalse(existsSync(marker));
  });
});

async function usesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).map((name) => join(folder, name));
}
