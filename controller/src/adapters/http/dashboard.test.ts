import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { assert } from 'chai';
import express from 'express';
import request, { type Response } from 'supertest';
import { createCompressedFiles } from './compressed-files.js';
import { createDashboard } from './dashboard.js';

const script = 'export const text = 1;\n'.repeat(500);
const html = '<!doctype html><title>Drover</title>';

describe('the files of the dashboard', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-test-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'assets', 'base-A1_b.js'), script);
    await writeFile(join(folder, 'assets', 'font.woff2'), 'font');
    await writeFile(join(folder, 'index.html'), html);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const app = express().use(createDashboard(folder));
    const asking = request(app)
      .get(path)
      .set({ Accept: 'text/html', 'Accept-Encoding': 'identity', ...headers });
    return Promise.resolve(asking);
  }

  // prettier-ignore
  const answers: ReadonlyArray<[path: string, encoding: string, type: RegExp, cached: RegExp, sent: string | undefined]> = [
    ['/assets/base-A1_b.js', 'gzip',     /javascript/, /immutable/, 'gzip'],
    ['/assets/base-A1_b.js', 'identity', /javascript/, /immutable/, undefined],
    ['/assets/font.woff2',   'gzip',     /woff2/,      /immutable/, undefined],
    ['/runs/a.b.c',          'gzip',     /html/,       /no-cache/,  'gzip'],
    ['/',                    'gzip',     /html/,       /no-cache/,  'gzip'],
    ['/',                    'identity', /html/,       /no-cache/,  undefined],
  ];
  for (const [path, encoding, type, cached, sent] of answers) {
    it(`${path} is sent ${sent ?? 'plain'} to a browser that takes ${encoding}`, async () => {
      const answer = await ask(path, { 'Accept-Encoding': encoding });
      assert.deepEqual([answer.status, answer.headers['content-encoding']], [200, sent]);
      assert.match(answer.headers['content-type'] ?? '', type);
      assert.match(answer.headers['cache-control'] ?? '', cached);
      assert.match(answer.headers['vary'] ?? '', /Accept-Encoding/);
      const plain = { js: script, woff2: 'font' }[path.split('.').at(-1) ?? ''] ?? html;
      assert.equal(answer.text ?? (answer.body as Buffer).toString(), plain);
    });
  }

  it('that are not there are left to others, below assets also for a browser', async () => {
    assert.equal((await ask('/assets/other.js', { 'Accept-Encoding': 'gzip' })).status, 404);
    assert.equal((await ask('/api/v1/x', { 'Accept-Encoding': 'gzip' })).status, 404);
  });

  it('A5 are compressed once, however often strangers ask, and again when they have changed', async () => {
    const compressed = createCompressedFiles(folder);
    const all = await Promise.all(Array.from({ length: 100 }, () => compressed('assets/base-A1_b.js')));
    assert.equal(new Set(all).size, 1);
    assert.equal(gunzipSync(all[0] ?? assert.fail()).toString(), script);
    await writeFile(join(folder, 'index.html'), html);
    const before = await compressed('index.html');
    await writeFile(join(folder, 'index.html'), `${html} again`);
    await utimes(join(folder, 'index.html'), 1, 1);
    const after = await compressed('index.html');
    assert.notEqual(after, before);
    assert.equal(gunzipSync(after ?? assert.fail()).toString(), `${html} again`);
    for (const name of ['../index.html', 'assets/../index.html', '.hidden.js', 'assets', '', 'a/b/c.js'])
      assert.isUndefined(await compressed(name), name);
  });
});
