import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { createGitRemote } from './git-remote.js';
import { listen, serve } from './testing/git-http.js';

const run = promisify(execFile);

for (const format of ['sha1', 'sha256'] as const)
  describe(`X1 a shortened commit of a remote repository that names its objects by ${format}`, () => {
    let folder = '';
    let server: Server;
    let base = '';
    let commits: readonly string[] = [];
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'drover-commit-prefix-'));
      const repository = join(folder, 'served', 'one.git');
      await mkdir(repository, { recursive: true });
      const git = async (...args: string[]) =>
        (await run('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args])).stdout.trim();
      await git('init', '--quiet', '--bare', '--initial-branch=main', `--object-format=${format}`);
      await git('config', 'uploadpack.allowFilter', 'true');
      const tree = await git('hash-object', '-t', 'tree', '-w', '/dev/null');
      const first = await git('commit-tree', '-m', 'first', tree);
      const second = await git('commit-tree', '-m', 'second', '-p', first, tree);
      await git('update-ref', 'refs/heads/main', second);
      commits = [first, second];
      server = createServer((request, response) => serve(join(folder, 'served'), request, response));
      base = await listen(server);
    });
    after(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    });

    const resolve = (name: string) =>
      createGitRemote({ environment: { PATH: process.env['PATH'] ?? '' }, folder: join(folder, 'private') }).resolve(
        { url: `${base}/one.git`, credentials: { kind: 'none' }, allowedFolders: [] },
        { type: 'commit', name },
        AbortSignal.timeout(60_000),
      );

    it('is resolved to the whole one, on a branch and behind its end', async () => {
      for (const [index, message] of ['first', 'second'].entries()) {
        const commit = commits[index] ?? '';
        assert.deepEqual(await resolve(commit.slice(0, 7)), { ok: true, value: { commit, message } });
        assert.deepEqual(await resolve(commit.slice(0, 12).toUpperCase()), { ok: true, value: { commit, message } });
      }
    });

    it('is no prefix when it is whole', async () => {
      const commit = commits[0] ?? '';
      assert.deepEqual(await resolve(commit), { ok: true, value: { commit, message: 'first' } });
    });

    if (format === 'sha256')
      it('is found by as many digits as other repositories have, and by more', async () => {
        for (const length of [40, 50]) {
          const commit = commits[0] ?? '';
          assert.deepEqual(await resolve(commit.slice(0, length)), { ok: true, value: { commit, message: 'first' } });
        }
      });

    it('is not found where no commit begins so, or where it is too short', async () => {
      const known = commits[0] ?? '';
      const other = (known.startsWith('f') ? '0' : 'f').repeat(7);
      for (const name of [other, known.slice(0, 6), 'e'.repeat(64), 'e'.repeat(50)])
        assert.include(await resolve(name), { ok: false, kind: 'refNotFound' });
    });
  });
