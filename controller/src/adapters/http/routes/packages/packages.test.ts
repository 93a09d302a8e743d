import { randomBytes } from 'node:crypto';
import { assert } from 'chai';
import type { Response } from 'supertest';
import request from 'supertest';
import type { Packages } from '../../../../services/packages/create-packages.js';
import { attempt, fileOf, PackagesUnderTest, projectId, runId } from '../../../packages/testing/packages-under-test.js';
import { httpUnderTest, testUser } from '../../testing/http-under-test.js';
import { packageRoutes } from './packages.js';
import { uploadRoutes } from './uploads.js';

const bytes = randomBytes(200_000);

describe('B2 B3 packages over HTTP', () => {
  let world: PackagesUnderTest;
  let packages: Packages;
  let http: ReturnType<typeof httpUnderTest>;

  before(async () => {
    world = await PackagesUnderTest.start();
    packages = await world.open();
    const placeOfRun = async (id: string) => (id === runId ? { projectId } : undefined);
    http = httpUnderTest([...packageRoutes({ repository: packages.repository, placeOfRun }), ...uploadRoutes(packages)], {
      actors: { dev: testUser('dev'), boss: testUser('boss'), eve: testUser('eve'), agent: { type: 'agent', agentId: attempt.agentId } },
      roles: { [projectId]: { [testUser('dev').userId]: ['developer'], [testUser('boss').userId]: ['manager'] } },
    });
  });
  after(async () => {
    http.close();
    await packages.close();
    await world.close();
  });
  afterEach(() => world.clear());

  const put = (path: string, token: string, offset: number, body: Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    Promise.resolve(
      request(http.server)
        .put(path)
        .set({ Authorization: `Bearer ${token}`, 'Upload-Offset': String(offset), 'Content-Type': 'application/octet-stream', ...headers })
        .send(body),
    );
  const lease = { 'drover-attempt': attempt.attemptId, 'drover-fencing': String(attempt.fencing) };

  async function uploaded(body = bytes, more: Parameters<typeof fileOf>[1] = {}): Promise<string> {
    const begun = await http.send('post', `/api/v1/projects/${projectId}/uploads`, { token: 'dev', body: fileOf(body, more) });
    assert.equal(begun.status, 201);
    const { uploadId } = begun.body;
    const half = Math.floor(body.length / 2);
    assert.equal((await put(`/api/v1/uploads/${uploadId}/bytes`, 'dev', 0, body.subarray(0, half))).body.offsetBytes, half);
    assert.equal((await http.send('get', `/api/v1/uploads/${uploadId}`, { token: 'dev' })).body.offsetBytes, half);
    await put(`/api/v1/uploads/${uploadId}/bytes`, 'dev', half, body.subarray(half));
    const done = await http.send('post', `/api/v1/uploads/${uploadId}/complete`, { token: 'dev' });
    assert.deepInclude(done.body, { name: 'server', sizeBytes: body.length });
    return done.body.id;
  }

  it('takes an upload by hand in parts and gives it back', async () => {
    const id = await uploaded();
    const { body, headers } = await request(http.server)
      .get(`/api/v1/packages/${id}/content`)
      .set('Authorization', 'Bearer dev')
      .responseType('blob');
    assert.isTrue(bytes.equals(body));
    assert.equal(headers['etag'], `"${fileOf(bytes).sha256}"`);
    assert.include(headers['content-disposition'], 'attachment; filename="server.tar.gz"');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.include(headers['content-security-policy'], 'sandbox');
  });

  it('gives ranges, and nothing to one who has it', async () => {
    const id = await uploaded();
    const get = (headers: Record<string, string>) =>
      request(http.server)
        .get(`/api/v1/packages/${id}/content`)
        .set({ Authorization: 'Bearer dev', ...headers })
        .responseType('blob');
    const part = await get({ Range: 'bytes=100-199' });
    assert.deepEqual([part.status, part.headers['content-range']], [206, `bytes 100-199/${bytes.length}`]);
    assert.isTrue(bytes.subarray(100, 200).equals(part.body));
    assert.equal((await get({ 'If-None-Match': `"${fileOf(bytes).sha256}"` })).status, 304);
    assert.equal((await get({ Range: 'bytes=100-199', 'If-Range': '"other"' })).status, 200);
    assert.equal((await get({ Range: 'bytes=999999-' })).status, 416);
  });

  it('takes an upload of an agent under its lease', async () => {
    const begun = await http.send('post', '/api/v1/agent/uploads', {
      token: 'agent',
      body: { attemptId: attempt.attemptId, fencing: attempt.fencing, ...fileOf(bytes) },
    });
    const { uploadId } = begun.body;
    assert.equal((await put(`/api/v1/agent/uploads/${uploadId}/bytes`, 'agent', 0, bytes, lease)).body.offsetBytes, bytes.length);
    const stale = await http.send('post', `/api/v1/agent/uploads/${uploadId}/complete`, {
      token: 'agent',
      headers: { ...lease, 'drover-fencing': '2' },
    });
    assert.deepEqual([stale.status, stale.body.code], [409, 'leaseStale']);
    const done = await http.send('post', `/api/v1/agent/uploads/${uploadId}/complete`, { token: 'agent', headers: lease });
    assert.isTrue(done.body.complete);
    const again = await http.send('get', `/api/v1/agent/uploads/${uploadId}`, { token: 'agent', headers: lease });
    assert.deepInclude(again.body, { complete: true, offsetBytes: bytes.length });
    const ofRun = await http.send('get', `/api/v1/runs/${runId}/packages?taskKey=compile`, { token: 'dev' });
    assert.lengthOf(ofRun.body, 1);
    const zip = await request(http.server)
      .get(`/api/v1/runs/${runId}/packages.zip`)
      .set('Authorization', 'Bearer dev')
      .responseType('blob');
    assert.equal(zip.headers['content-type'], 'application/zip');
    const archive = Buffer.from(zip.body);
    assert.isAtLeast(archive.indexOf(bytes), 0);
    assert.isAtLeast(archive.indexOf('server/1.0.7/server.tar.gz'), 0);
  });

  it('B3 gives the versions of a package whole, whatever was uploaded in between', async () => {
    for (const [version, fileName] of [
      ['1', 'a'],
      ['2', 'a'],
      ['1', 'b'],
      ['2', 'b'],
      ['2', 'c'],
    ])
      await uploaded(randomBytes(20), { ...(version && { version }), ...(fileName && { fileName }) });
    await uploaded(randomBytes(20), { directory: 'app', version: '2' });
    const page = async (number: number) => {
      const path = `/api/v1/projects/${projectId}/packages/versions?directory=app/linux&name=server&pageSize=1&page=${number}`;
      const { body } = await http.send('get', path, { token: 'dev' });
      return {
        ...body,
        items: body.items.map(({ version, files }: { version: string; files: { fileName: string }[] }) => [
          version,
          ...files.map(({ fileName }) => fileName),
        ]),
      };
    };
    assert.deepEqual(await page(1), { items: [['2', 'c', 'b', 'a']], page: 1, pageSize: 1, total: 2, more: false });
    assert.deepEqual((await page(2)).items, [['1', 'b', 'a']]);
    const other = `/api/v1/projects/${projectId}/packages/versions?name=server`;
    assert.equal((await http.send('get', other, { token: 'eve' })).status, 404);
    assert.equal((await http.send('get', other, { token: 'dev' })).body.total, 0);
  });

  it('A4 lets nobody see, upload or delete without permission', async () => {
    const id = await uploaded();
    for (const path of [
      `/api/v1/packages/${id}`,
      `/api/v1/packages/${id}/content`,
      `/api/v1/projects/${projectId}/packages`,
      `/api/v1/runs/${runId}/packages`,
    ]) {
      assert.equal((await http.send('get', path, { token: 'eve' })).status, 404, path);
    }
    assert.equal((await http.send('post', `/api/v1/projects/${projectId}/uploads`, { token: 'eve', body: fileOf(bytes) })).status, 404);
    assert.equal((await http.send('delete', `/api/v1/packages/${id}`, { token: 'dev' })).status, 403);
    assert.equal((await http.send('delete', `/api/v1/packages/${id}`, { token: 'boss' })).status, 204);
    assert.equal((await http.send('get', `/api/v1/packages/${id}`, { token: 'boss' })).status, 404);
  });

  it('keeps the folders of a file name, and saves its download under one name', async () => {
    for (const fileName of ['a/report.xml', 'a/.b/..c/report.xml', 'a:b', `${'folder/'.repeat(50)}x`]) {
      const id = await uploaded(bytes, { fileName });
      const found = await http.send('get', `/api/v1/packages/${id}`, { token: 'dev' });
      assert.equal(found.body.fileName, fileName);
      const { headers } = await request(http.server).get(`/api/v1/packages/${id}/content`).set('Authorization', 'Bearer dev');
      assert.include(headers['content-disposition'], `filename="${fileName.replaceAll('/', '_')}"`);
    }
  });

  it('refuses coordinates that would leave the repository', async () => {
    const fileNames = [
      '..',
      '../b',
      'a/../b',
      'a/..',
      './a',
      '/a',
      'a//b',
      'a/',
      'a\\b',
      'a/..\\b',
      'C:/x',
      'a\nb',
      'x'.repeat(256),
      'a/'.repeat(200),
    ];
    for (const more of [{ directory: '../x' }, { directory: '/x' }, { name: '..' }, ...fileNames.map((fileName) => ({ fileName }))]) {
      const answer = await http.send('post', `/api/v1/projects/${projectId}/uploads`, {
        token: 'dev',
        body: { ...fileOf(bytes), ...more },
      });
      assert.equal(answer.status, 400, JSON.stringify(more));
    }
  });
});
