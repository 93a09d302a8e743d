import { createHash } from 'node:crypto';
import type { Package } from '@drover/protocol/api';
import { expect } from 'chai';
import { Farm } from '../testing/farm.js';
import { expectNothingInside, unchanged } from './harness/walk.js';
import { beginUpload, makeWorld, type World } from './harness/world.js';

const content = Buffer.from('content');
const coordinates = {
  directory: 'a',
  name: 'b',
  version: '1',
  fileName: 'file.txt',
  sizeBytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};

// prettier-ignore
const escapes: readonly string[] = [
  '..', '.', '../x', 'a/../../x', '/etc', '\\windows', 'a\\..\\b', 'a\u0000b', 'a\nb', 'a\u007fb', 'x'.repeat(500),
];
/** Strange, and still names of files. */
const odd: readonly string[] = [
  '...',
  'a b',
  '<script>',
  'ü',
  '-rf',
  'CON',
  '%2e%2e',
  '"quoted"; filename=x',
  '$(id)',
  '`id`',
  '\u202egpj.exe',
  '𝒳.txt',
  '*?',
];

describe('B2 B3 uploads with bad coordinates, offsets and bytes', function () {
  this.timeout(60_000);
  let farm: Farm;
  let world: World;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    world = await makeWorld(farm);
  });
  after(() => farm.close());

  const begin = (body: object) =>
    farm.api.raw('POST', `/projects/${world.project.id}/uploads`, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const write = (id: string, body: Uint8Array, headers: Record<string, string>) =>
    farm.api.raw('PUT', `/uploads/${id}/bytes`, { body, headers: { 'content-type': 'application/octet-stream', ...headers } });
  async function expectProblem(response: Response, status: readonly number[], place: string): Promise<string> {
    const text = await response.text();
    expect(response.status, `${place}: ${text}`).to.be.oneOf(status);
    expectNothingInside(text, place);
    return text;
  }

  it('are refused by the field: paths that climb, absolute ones, control characters, sizes and digests that are none', () =>
    unchanged(farm, { projectId: world.project.id, pipelineId: world.pipeline.id }, async () => {
      const bad: Array<readonly [field: string, value: unknown]> = [
        ...escapes.flatMap((value) => ['directory', 'name', 'version', 'fileName'].map((field) => [field, value] as const)),
        ...[-1, 0.5, 2 ** 41, '7', null].map((value) => ['sizeBytes', value] as const),
        ...['', 'x', 'F'.repeat(64), '0'.repeat(63)].map((value) => ['sha256', value] as const),
      ];
      for (const [field, value] of bad) {
        const text = await expectProblem(await begin({ ...coordinates, [field]: value }), [400], `${field} ${JSON.stringify(value)}`);
        expect((JSON.parse(text) as { errors: ReadonlyArray<{ path: string }> }).errors[0]?.path).to.equal(`/${field}`);
      }
    }));

  it('that are strange but proper come back as they were, as files that no browser opens', async () => {
    for (const fileName of odd) {
      const begun = await begin({ ...coordinates, name: fileName, directory: fileName, fileName });
      expect(begun.status, fileName).to.equal(201);
      const { uploadId } = (await begun.json()) as { uploadId: string };
      expect((await write(uploadId, content, { 'upload-offset': '0' })).status, fileName).to.equal(200);
      const { id } = await farm.api.post<Package>(`/uploads/${uploadId}/complete`, undefined);
      const download = await farm.api.raw('GET', `/packages/${id}/content`);
      expect(Buffer.from(await download.arrayBuffer()).equals(content), fileName).to.equal(true);
      expect(download.headers.get('content-disposition'), fileName).to.match(
        /^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[^\s;"<>]*$|^attachment; filename="[^"\\\r\n]*"$/,
      );
      expect(download.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(download.headers.get('content-security-policy')).to.include('sandbox');
      expect(await farm.api.get<Package>(`/packages/${id}`)).to.include({ fileName, name: fileName });
    }
  });

  it('write only where they end, no more than announced, and become visible only when their digest agrees', async () => {
    const { uploadId } = await beginUpload(farm.api, world.project.id, 'offsets');
    const before = await farm.api.get(`/projects/${world.project.id}/packages`);
    for (const offset of ['-1', '1', '9007199254740991', '9007199254740993', '0x0', '1e3', 'NaN', ' ', '0, 0', '']) {
      await expectProblem(await write(uploadId, content, { 'upload-offset': offset }), [400, 409], `offset ${offset}`);
    }
    await expectProblem(await write(uploadId, content, {}), [400], 'no offset');
    await expectProblem(await farm.api.raw('POST', `/uploads/${uploadId}/complete`), [409], 'complete with nothing');
    await expectProblem(await write(uploadId, Buffer.alloc(1_000), { 'upload-offset': '0' }), [413], 'more than announced');
    const stored = await farm.api.get<{ offsetBytes: number }>(`/uploads/${uploadId}`);
    expect(stored.offsetBytes).to.be.at.most(content.length);
    if (stored.offsetBytes < content.length)
      await (
        await write(uploadId, Buffer.alloc(content.length - stored.offsetBytes), { 'upload-offset': String(stored.offsetBytes) })
      ).text();
    await expectProblem(await farm.api.raw('POST', `/uploads/${uploadId}/complete`), [422], 'another digest');
    expect(await farm.api.get(`/projects/${world.project.id}/packages`)).to.deep.equal(before);
    expect((await write(uploadId, content, { 'upload-offset': '0' })).status).to.equal(200);
    await farm.api.post(`/uploads/${uploadId}/complete`, undefined);
  });

  it('ask for ranges that are none and get the whole, or 416', async () => {
    const id = world.ids['packageId'] ?? '';
    for (const [range, status] of [
      ['bytes=0-0', 206],
      ['bytes=-3', 206],
      ['bytes=100-', 416],
      ['bytes=5-2', 200],
      ['bytes=-0', 416],
      ['bytes=0-99999999999999999999', 200],
      ['bytes=a-b', 200],
      ['lines=1-2', 200],
      ['bytes=0-1,3-4', 200],
      ['bytes=', 200],
    ] as const) {
      const response = await farm.api.raw('GET', `/packages/${id}/content`, { headers: { range } });
      await response.arrayBuffer();
      expect(response.status, range).to.equal(status);
    }
  });
});
