import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutgoingFault, type Gate } from '@drover/protocol/outgoing';
import { oddServer, type OddServer } from '@drover/protocol/outgoing/testing';
import { assert } from 'chai';
import { forbiddenSentence } from '../../shared/outgoing/gate.js';
import { createGitRemote } from './git-remote.js';

const head = 'a'.repeat(40);
const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;

describe('S2 the remote reader where addresses are forbidden', () => {
  let folder: string;
  let server: OddServer;
  const asked: string[] = [];
  const gate: Gate = (host) => {
    asked.push(host);
    return /^repo\.test$/.test(host)
      ? Promise.resolve([{ address: '127.0.0.1', family: 4 }])
      : Promise.reject(new OutgoingFault('forbidden', forbiddenSentence));
  };
  const refs = (url: string, environment: Readonly<Record<string, string>> = {}) =>
    createGitRemote({ environment: { PATH: process.env['PATH'] ?? '', ...environment }, gate, folder: join(folder, 'git') }).refs(
      { url, credentials: { kind: 'none' }, allowedFolders: [] },
      new AbortController().signal,
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-git-gate-'));
    server = await oddServer((socket, request) => answer(socket, request));
  });
  beforeEach(() => void asked.splice(0));
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  function answer(socket: Socket, request: string): void {
    if (request.startsWith('GET /moved')) {
      socket.write(`HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:${server.port}/inner/info/refs\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const body = `${line('# service=git-upload-pack\n')}0000${line(`${head} HEAD\0symref=HEAD:refs/heads/main\n`)}${line(`${head} refs/heads/main\n`)}0000`;
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  it('connects to the address that was checked, whatever the name means a moment later', async () => {
    const result = await refs(`http://REPO.test.:${server.port}/one.git`);
    assert.deepInclude(result, { ok: true });
    assert.deepEqual(asked, ['repo.test']);
    assert.match(server.requests.at(-1) ?? '', /host: repo\.test:/i);
  });

  it('follows no redirect', async () => {
    const before = server.requests.length;
    const result = await refs(`http://repo.test:${server.port}/moved/one.git`);
    assert.include(result, { ok: false, detail: 'the address redirects; enter the address that it leads to' });
    assert.lengthOf(server.requests.slice(before), 1);
  });

  // prettier-ignore
  const forbidden = [
    'http://127.0.0.1:PORT/one.git', 'http://2130706433:PORT/one.git', 'http://0x7f.1:PORT/one.git', 'http://[::ffff:127.0.0.1]:PORT/one.git', 'http://0:PORT/one.git',
    'http://repo.test@127.0.0.1:PORT/one.git', 'http://127.0.0.1:PORT\\@repo.test/one.git', 'http://repo.test#@127.0.0.1:PORT/one.git',
    'http://ⓛocalhost:PORT/one.git', 'HTTP://localhost:PORT/one.git', 'http://no-such-host.test/one.git', 'ssh://git@127.0.0.1:PORT/one.git', 'git@127.0.0.1:one.git',
    'ssh://repo.test@127.0.0.1:PORT/one.git', 'git@[::1]:one.git', 'ssh://[::1]:PORT/one.git', '2130706433:one.git', 'http::http://127.0.0.1:PORT/one.git', 'repo.test::http://127.0.0.1:PORT/', 'ext::sh -c id', '[127.0.0.1:22]:one.git',
    'http://-repo.test:PORT/one.git', 'http://*:PORT/one.git', 'git://127.0.0.1:PORT/one.git', 'ftp://127.0.0.1:PORT/one.git', 'repo.test://127.0.0.1/x',
  ];
  for (const url of forbidden)
    it(`says the same of ${url}, and asks nobody`, async () => {
      const before = server.requests.length;
      const result = await refs(url.replace('PORT', String(server.port)));
      assert.isFalse(result.ok);
      if (!result.ok && !url.includes('#')) assert.equal(result.detail, forbiddenSentence);
      assert.lengthOf(server.requests.slice(before), 0);
    });

  it('refuses a name over http where Git is too old to keep to an address', async () => {
    const git = join(folder, 'old');
    await mkdir(git);
    await writeFile(join(git, 'git'), '#!/bin/sh\necho git version 2.34.1\n', { mode: 0o755 });
    const result = await refs(`http://repo.test:${server.port}/one.git`, { PATH: `${git}:${process.env['PATH'] ?? ''}` });
    assert.match(result.ok ? '' : result.detail, /needs Git 2\.37/);
  });

  it('sends ssh to the address that was checked, under the key of its name', async () => {
    const ssh = join(folder, 'ssh');
    await writeFile(ssh, `#!/bin/sh\nprintf '%s\\n' "$@" >>${folder}/words\nexit 255\n`);
    await chmod(ssh, 0o755);
    const environment = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    for (const url of ['git@repo.test:one.git', 'ssh://git@repo.test:2222/one.git']) await refs(url, environment);
    const words = (await readFile(join(folder, 'words'), 'utf8')).split('\n');
    assert.deepEqual(
      words.filter((word) => /^Host/.test(word)),
      ['HostName=127.0.0.1', 'HostKeyAlias=repo.test', 'HostName=127.0.0.1', 'HostKeyAlias=[repo.test]:2222'],
    );
  });
});
