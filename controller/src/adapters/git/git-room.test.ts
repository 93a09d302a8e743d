import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { createGitRemote } from './git-remote.js';
import { listen, serve } from './testing/git-http.js';

const run = promisify(execFile);
const environment = { PATH: process.env['PATH'] ?? '' };
const none = { kind: 'none' } as const;
const tooMuch = 'the answer of the repository needs more memory or disk space than it may take';

describe('security: what a remote makes the Git of the controller take', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-git-room-'));
    await mkdir(join(root, 'data'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const withRemote = async (answer: RequestListener, act: (base: string) => Promise<void>) => {
    const server = createServer(answer);
    const base = await listen(server);
    try {
      await act(base);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    assert.deepEqual(await readdir(join(root, 'data', 'git')), []);
  };
  const remote = () => createGitRemote({ environment, folder: join(root, 'data', 'git'), room: { memoryMb: 128, fileMb: 1 } });

  it('is bounded in memory: branches without end', () =>
    withRemote(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
        response.write(`${line('# service=git-upload-pack\n')}0000${ref(0, '\0agent=x')}`);
        sendRefs(response);
      },
      async (base) => {
        const answer = await remote().refs({ url: `${base}/x`, credentials: none, allowedFolders: [] }, new AbortController().signal);
        assert.include(answer, { ok: false, detail: tooMuch });
      },
    ));

  it('is bounded on disk: a remote that sends all files, though none was asked for', async () => {
    const repository = join(root, 'served', 'one.git');
    await mkdir(repository, { recursive: true });
    const git = async (...args: string[]) =>
      (await run('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args])).stdout.trim();
    await git('init', '--quiet');
    await writeFile(join(repository, 'file'), randomBytes(2_000_000));
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'one');
    const name = (await git('rev-parse', 'HEAD')).slice(0, 10);
    await withRemote(
      (request, response) => serve(join(root, 'served'), request, response),
      async (base) => {
        const asked = { url: `${base}/one.git`, credentials: none, allowedFolders: [] };
        const answer = await remote().resolve(asked, { type: 'commit', name }, new AbortController().signal);
        assert.include(answer, { ok: false, detail: tooMuch });
      },
    );
  });
});

const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
const ref = (index: number, more = ''): string => line(`${'1'.repeat(40)} refs/heads/${'x'.repeat(150)}${index}${more}\n`);

function sendRefs(response: ServerResponse): void {
  const some = Array.from({ length: 1_000 }, (_, index) => ref(index)).join('');
  const more = (): void => {
    while (!response.destroyed) if (!response.write(some)) return void response.once('drain', more);
  };
  more();
}
