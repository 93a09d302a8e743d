import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdir, mkdtemp, readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { createWriteStream, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createOutgoing } from '@drover/protocol/outgoing';
import { connectProxy } from '@drover/protocol/outgoing/testing';
import { openFolder } from '../shared/open-folder.js';
import type { Match } from './globs.js';
import { removeTree } from '../workspaces/remove-tree.js';
import { packDirectory } from './pack-folder.js';
import { uploadPackage, type UploadPackageOptions } from './upload-package.js';

const names = (path: string): readonly Buffer[] => path.split('/').map((name) => Buffer.from(name));
const file = (path: string): Match => ({ names: names(path), kind: 'file' });
const folder = (path: string): Match => ({ names: names(path), kind: 'folder' });

let root = '';
let workspace = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drover-packing-'));
  workspace = join(root, 'workspace');
  await mkdir(join(workspace, 'dist/sub'), { recursive: true });
  for (const path of ['app.jar', 'readme.md', 'dist/a.js', 'dist/b.js', 'dist/sub/c.js', '.hidden'])
    await writeFile(join(workspace, path), path);
  await writeFile(join(root, 'secret'), 'secret');
  await symlink('../secret', join(workspace, 'leak.jar'));
});
afterEach(() => removeTree(root));

describe('B2 folders are packed as tar.gz', () => {
  const pack = (folder: string, to: string) =>
    pipeline(
      packDirectory(() => openFolder(folder), 'dist'),
      createWriteStream(to),
    );

  const refusal = () => pack(join(workspace, 'dist'), join(root, 'x')).then(() => '', String);

  it('that tar unpacks: names of any length, modes, links inside', async () => {
    const long = `${'long-name-'.repeat(12)}/${'ü'.repeat(80)}.txt`;
    await mkdir(join(workspace, 'dist', 'long-name-'.repeat(12)));
    await writeFile(join(workspace, 'dist', long), 'long');
    await writeFile(join(workspace, 'dist/run'), randomBytes(100_000), { mode: 0o755 });
    await writeFile(join(workspace, 'dist/empty'), '');
    await symlink('sub/c.js', join(workspace, 'dist/link'));
    await pack(join(workspace, 'dist'), join(root, 'one.tar.gz'));
    await pack(join(workspace, 'dist'), join(root, 'two.tar.gz'));
    await mkdir(join(root, 'out'));
    execFileSync('tar', ['-xzf', join(root, 'one.tar.gz'), '-C', join(root, 'out')]);
    execFileSync('diff', ['-r', join(workspace, 'dist'), join(root, 'out')]);
    expect(statSync(join(root, 'out/run')).mode & 0o777).to.equal(0o755);
    expect((await readFile(join(root, 'one.tar.gz'))).equals(await readFile(join(root, 'two.tar.gz')))).to.equal(true);
  });

  it('goes deeper than paths can name, and says what it cannot pack', async () => {
    const name = 'n'.repeat(200);
    execFileSync('bash', ['-ec', `for i in {1..30}; do mkdir ${name}; cd ${name}; done; echo deep >deep.txt`], {
      cwd: join(workspace, 'dist/sub'),
    });
    await pack(join(workspace, 'dist'), join(root, 'deep.tar.gz'));
    expect(execFileSync('tar', ['-xzOf', join(root, 'deep.tar.gz'), '--wildcards', '*/deep.txt']).toString()).to.equal('deep\n');
    await writeFile(Buffer.concat([Buffer.from(join(workspace, 'dist/a')), Buffer.of(0xe9)]), '');
    expect(await refusal()).to.match(/the name of “dist\/a.” is not UTF-8/);
    await removeTree(join(workspace, 'dist'));
    expect(await refusal()).to.match(/“dist” cannot be packed: ENOENT/);
    execFileSync('bash', ['-ec', 'mkdir dist; cd dist; for i in {1..300}; do mkdir d; cd d; done'], { cwd: workspace });
    expect(await refusal()).to.match(/more than 200 folders deep/);
  });

  it('never follows a link that takes the place of a folder meanwhile', async () => {
    await mkdir(join(root, 'elsewhere'));
    await writeFile(join(root, 'elsewhere/outside'), '');
    await mkdir(join(workspace, 'dist/swapped'));
    let ended = false;
    const churn = (async () => {
      while (!ended) {
        await rename(join(workspace, 'dist/swapped'), join(root, 'aside'));
        await symlink('../../elsewhere', join(workspace, 'dist/swapped'));
        await unlink(join(workspace, 'dist/swapped'));
        await rename(join(root, 'aside'), join(workspace, 'dist/swapped'));
      }
    })();
    try {
      for (let round = 0; round < 100; round++) {
        const refused = await pack(join(workspace, 'dist'), join(root, 'x.tar.gz')).then(() => undefined, String);
        if (refused === undefined) expect(execFileSync('tar', ['-tzf', join(root, 'x.tar.gz')]).toString()).not.to.contain('outside');
      }
    } finally {
      ended = true;
      await churn;
    }
  });

  for (const target of ['../../secret', '/etc/passwd', 'sub/../../../x']) {
    it(`refuses a link to ${target}`, async () => {
      await symlink(target, join(workspace, 'dist/link'));
      expect(await refusal()).to.contain('leads out of the folder');
    });
  }
});

type Interference = (
  call: { readonly method: string; readonly path: string; readonly count: number },
  request: IncomingMessage,
  response: ServerResponse,
) => boolean;

/** A controller's side of uploads that keeps what came before a cut. */
class UploadServer {
  stored = Buffer.alloc(0);
  readonly offsets: number[] = [];
  digest = '';
  isComplete = false;
  #count = 0;
  interfere: Interference = () => false;
  began: (body: string) => void = () => undefined;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#count += 1;
    const { method = '', url: path = '' } = request;
    if (this.interfere({ method, path, count: this.#count }, request, response)) return;
    const state = () =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ uploadId: 'u1', offsetBytes: this.stored.length, sizeBytes: 0, complete: this.isComplete }));
    if (method === 'PUT') {
      const offset = Number(request.headers['upload-offset']);
      this.offsets.push(offset);
      if (offset !== this.stored.length) return void response.writeHead(409).end(JSON.stringify({ code: 'uploadOffsetMismatch' }));
      request.on('data', (chunk: Buffer) => this.take(chunk));
      request.on('end', state);
      return;
    }
    if (path.endsWith('/complete')) this.isComplete = createHash('sha256').update(this.stored).digest('hex') === this.digest;
    if (method === 'POST' && path.endsWith('/uploads')) {
      void readBody(request).then((body) => {
        this.digest = /"sha256":"([0-9a-f]+)"/.exec(body)?.[1] ?? '';
        this.stored = Buffer.alloc(0);
        this.began(body);
        state();
      });
    } else state();
  }

  take(chunk: Buffer): void {
    this.stored = Buffer.concat([this.stored, chunk]);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

describe('B2 uploads continue where they were interrupted', () => {
  let server: UploadServer;
  let baseUrl = '';
  beforeEach(async () => {
    server = new UploadServer();
    baseUrl = await server.start();
  });
  afterEach(() => server.close());

  const upload = (changes: Partial<UploadPackageOptions> = {}) =>
    uploadPackage({
      baseUrl,
      token: 't',
      attemptId: 'a',
      fencing: 1,
      workspace,
      files: [file('app.jar')],
      name: 'n',
      version: '1',
      directory: 'd',
      temporaryFolder: root,
      outgoing: createOutgoing({ environment: {} }),
      signal: new AbortController().signal,
      patience: { firstMs: 1, longestMs: 4, giveUpMs: 5_000 },
      ...changes,
    });

  it('sends a file and completes it', async () => {
    const result = await upload();
    expect(result).to.have.property('ok', true);
    expect([server.stored.toString(), server.isComplete]).to.deep.equal(['app.jar', true]);
  });

  it('continues at the stored offset after each cut, and never begins again', async () => {
    const bytes = randomBytes(8_000_000);
    await writeFile(join(workspace, 'big'), bytes);
    let cuts = 0;
    server.interfere = ({ method }, request) => {
      if (method !== 'PUT' || cuts >= 4) return false;
      cuts += 1;
      let taken = 0;
      server.offsets.push(Number(request.headers['upload-offset']));
      request.on('data', (chunk: Buffer) => {
        if (request.destroyed) return;
        server.take(chunk);
        taken += chunk.length;
        if (taken > 1_000_000) request.destroy();
      });
      return true;
    };
    const sent: number[] = [];
    const result = await upload({ files: [file('big')], onProgress: ({ sentBytes }) => sent.push(sentBytes) });
    expect(result).to.have.property('ok', true);
    expect(server.stored.equals(bytes)).to.equal(true);
    expect(server.offsets).to.have.length(5);
    expect(server.offsets.every((offset, index) => index === 0 || offset > (server.offsets[index - 1] ?? 0))).to.equal(true);
    expect(sent.at(-1)).to.equal(bytes.length);
  });

  it('survives cut answers and faults that pass, of any call', async () => {
    server.interfere = ({ count }, request, response) => {
      if (count % 5 !== 1 && count % 5 !== 3) return false;
      if (count % 5 === 1) request.destroy();
      else response.writeHead(count % 2 === 0 ? 503 : 507).end();
      return true;
    };
    expect(await upload()).to.have.property('ok', true);
    expect(server.stored.toString()).to.equal('app.jar');
  });

  it('gives up at once on a lasting refusal, with its reason', async () => {
    let calls = 0;
    server.interfere = (_call, _request, response) => {
      calls += 1;
      response
        .writeHead(409, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify({ code: 'leaseStale', detail: 'The lease has passed on.' }));
      return true;
    };
    expect(await upload()).to.deep.equal({ ok: false, reason: 'The lease has passed on.' });
    expect(calls).to.equal(1);
  });

  it('packs folders, and leaves nothing behind', async () => {
    const result = await upload({ files: [folder('dist')] });
    expect(result.ok && result.files[0]?.fileName).to.equal('dist.tar.gz');
    const listing = execFileSync('tar', ['-tz'], { input: server.stored }).toString();
    expect(listing.split('\n').filter(Boolean)).to.deep.equal(['a.js', 'b.js', 'sub/', 'sub/c.js']);
    expect(execFileSync('ls', [root]).toString()).to.equal('secret\nworkspace\n');
  });

  it('keep the folders of files of one name', async () => {
    const begun: unknown[] = [];
    server.began = (body) => begun.push(JSON.parse(body).fileName);
    await writeFile(join(workspace, 'dist/app.jar'), 'app.jar');
    expect(await upload({ files: [file('app.jar'), file('dist/app.jar'), file('readme.md')] })).to.have.property('ok', true);
    expect(begun).to.deep.equal(['app.jar', 'dist/app.jar', 'readme.md']);
  });

  it('refuses a package without files, and a file that became a link outwards, itself or above', async () => {
    await symlink('..', join(workspace, 'up'));
    for (const files of [[], [file('leak.jar')], [file('up/secret')], [folder('up')]])
      expect(await upload({ files })).to.have.property('ok', false);
  });

  it('G2 go by the proxy that the environment names', async () => {
    const { port } = new URL(baseUrl);
    const proxy = await connectProxy(Number(port));
    const outgoing = createOutgoing({ environment: { http_proxy: `http://127.0.0.1:${proxy.port}` } });
    try {
      expect(await upload({ outgoing, baseUrl: 'http://controller.test:7080' })).to.have.property('ok', true);
    } finally {
      await proxy.close();
    }
    expect(server.stored.toString()).to.equal('app.jar');
    expect(proxy.asked.map(({ authority }) => authority)).to.deep.equal(['controller.test:7080']);
  });

  it('names the cause when the controller is not there', async () => {
    const result = await upload({ baseUrl: 'http://127.0.0.1:1', patience: { firstMs: 1, longestMs: 1, giveUpMs: 0 } });
    expect(!result.ok && result.reason).to.contain('ECONNREFUSED');
  });

  it('stops when told to', async () => {
    const aborter = new AbortController();
    server.interfere = () => {
      aborter.abort(new Error('stopped'));
      return true;
    };
    expect(await upload({ signal: aborter.signal }).then(() => '', String)).to.contain('stopped');
  });
});
