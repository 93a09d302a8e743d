import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Package, PackageFolder, Page, Pipeline, Project } from '@drover/protocol/api';
import type { UploadState } from '@drover/protocol/agent';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';

describe('B2 B3 packages', function () {
  this.timeout(60_000);
  let farm: Farm;
  let project: Project;
  before(async () => {
    farm = await Farm.start();
    await farm.addAgent({ name: 'packer' });
    project = await makeProject(farm);
  });
  after(() => farm.close());

  it('come from a run: files by glob, folders as tar.gz, each to the byte, with the run that made them', async () => {
    const pipeline = await pack(
      'many',
      'mkdir -p out/folder/deep; echo one > out/one.txt; head -c 3000000 /dev/urandom > out/two.bin; echo three > out/folder/deep/three; sha256sum out/two.bin',
      ['out/*.txt', 'out/two.bin', 'out/folder'],
    );
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    expect(run.status).to.equal('succeeded');
    const items = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages?taskKey=work`);
    expect(items.map(({ fileName }) => fileName).sort()).to.deep.equal(['folder.tar.gz', 'one.txt', 'two.bin']);
    const two = items.find(({ fileName }) => fileName === 'two.bin');
    const bytes = await content(two);
    expect(digest(bytes)).to.equal(two?.sha256);
    const [attempt] = await farm.attempts(run.id, 'work');
    expect((await farm.log(attempt?.id ?? '')).toString()).to.include(two?.sha256);
    expect(two?.run).to.deep.include({ number: 1, pipelineName: 'many', taskKey: 'work' });
    const zip = await farm.api.raw('GET', `/runs/${run.id}/packages.zip?taskKey=work`);
    expect(zip.status).to.equal(200);
    expect(
      Buffer.from(await zip.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).to.equal('PK');
  });

  it('never follow a link out of the workspace', async () => {
    const pipeline = await pack('links', 'mkdir out; ln -s /etc/passwd out/passwd; ln -s /etc out/etc', ['out/passwd', 'out/etc/*']);
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    expect(run.status).to.equal('failed');
    expect(await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`)).to.deep.equal([]);
  });

  it('B4 keep the folders of files of one name, and say what was left out', async () => {
    const pipeline = await pack('modules', 'mkdir -p a b .c; for i in a b .c; do echo $i >$i/report.xml; done; ln -s a link', [
      '*/report.xml',
    ]);
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    expect(run.status).to.equal('succeeded');
    const items = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
    expect(items.map(({ fileName }) => fileName).sort()).to.deep.equal(['a/report.xml', 'b/report.xml']);
    const answer = await farm.api.raw('GET', `/packages/${items.find(({ fileName }) => fileName.startsWith('b'))?.id ?? ''}/content`);
    expect([await answer.text(), answer.headers.get('content-disposition')?.split(';')[1]]).to.deep.equal([
      'b\n',
      ' filename="b_report.xml"',
    ]);
    const [attempt] = await farm.attempts(run.id, 'work');
    const log = (await farm.log(attempt?.id ?? '')).toString();
    expect(log).to.match(/left out: \.c \(a name that begins with a dot/);
    expect(log).to.match(/left out: link \(links to folders/);
  });

  it('B4 are not kept from their upload by folders beside them, whatever those are called and however deep they lie', async () => {
    const deep = 'd=$(printf "n%.0s" $(seq 1 200)); for i in $(seq 1 30); do mkdir $d; cd $d; done';
    const pipeline = await pack('beside', `echo ok >plain.txt; mkdir $'d\\351p' locked; chmod 0 locked; (${deep})`, ['plain.txt']);
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    expect(run.status).to.equal('succeeded');
    const items = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
    expect(items.map(({ fileName }) => fileName)).to.deep.equal(['plain.txt']);
  });

  it('B4 name the file whose name is not UTF-8', async () => {
    const pipeline = await pack('latin', `echo x >$'caf\\351.txt'`, ['*.txt']);
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    const [attempt] = await farm.attempts(run.id, 'work');
    expect(attempt?.reason?.code).to.equal('uploadFailed');
    expect(attempt?.reason?.parameters?.['detail']).to.match(/^“caf.\.txt” cannot be uploaded: its name is not UTF-8/);
  });

  it('are told to be missing where nothing matches', async () => {
    const pipeline = await pack('nothing', 'true', ['out/*.zip']);
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    const [attempt] = await farm.attempts(run.id, 'work');
    expect(attempt?.reason?.code).to.equal('noFilesMatched');
  });

  it('can be uploaded by hand in pieces, are seen only when complete, and continue where they stopped', async () => {
    const bytes = randomBytes(2_500_000);
    const coordinates = {
      directory: 'by/hand',
      name: 'tool',
      version: '1.0',
      fileName: 'tool.bin',
      sizeBytes: bytes.length,
      sha256: digest(bytes),
    };
    const made = await farm.api.post<UploadState>(`/projects/${project.id}/uploads`, coordinates);
    expect((await put(made.uploadId, 0, bytes.subarray(0, 1_000_000))).status).to.equal(200);
    expect((await farm.api.get<Page<Package>>(`/projects/${project.id}/packages?search=tool`)).items).to.deep.equal([]);
    const { offsetBytes } = await farm.api.get<UploadState>(`/uploads/${made.uploadId}`);
    expect(offsetBytes).to.equal(1_000_000);
    const wrong = await put(made.uploadId, 5, bytes.subarray(5));
    expect(wrong.status).to.equal(409);
    await put(made.uploadId, offsetBytes, bytes.subarray(offsetBytes));
    const complete = await farm.api.post<Package>(`/uploads/${made.uploadId}/complete`, {});
    expect(digest(await content(complete))).to.equal(coordinates.sha256);
    const folder = await farm.api.get<PackageFolder>(`/projects/${project.id}/packages/folders?directory=by/hand`);
    expect(folder.packages.map(({ name, versions }) => [name, versions])).to.deep.equal([['tool', 1]]);
  });

  it('are refused when their digest does not agree', async () => {
    const coordinates = { directory: '', name: 'forged', version: '1', fileName: 'f', sizeBytes: 4, sha256: digest(Buffer.from('good')) };
    const made = await farm.api.post<UploadState>(`/projects/${project.id}/uploads`, coordinates);
    await put(made.uploadId, 0, Buffer.from('evil'));
    const response = await farm.api.raw('POST', `/uploads/${made.uploadId}/complete`, {
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).to.equal(422);
    expect(((await response.json()) as { code: string }).code).to.equal('checksumMismatch');
    expect((await farm.api.get<Page<Package>>(`/projects/${project.id}/packages?search=forged`)).items).to.deep.equal([]);
  });

  it('are downloaded by range, as attachments that no browser runs', async () => {
    const bytes = Buffer.from('<script>alert(1)</script>');
    const coordinates = {
      directory: '',
      name: 'page',
      version: '1',
      fileName: 'page.html',
      sizeBytes: bytes.length,
      sha256: digest(bytes),
    };
    const made = await farm.api.post<UploadState>(`/projects/${project.id}/uploads`, coordinates);
    await put(made.uploadId, 0, bytes);
    const { id } = await farm.api.post<Package>(`/uploads/${made.uploadId}/complete`, {});
    const response = await farm.api.raw('GET', `/packages/${id}/content`, { headers: { range: 'bytes=1-6' } });
    expect(response.status).to.equal(206);
    expect(await response.text()).to.equal('script');
    expect(response.headers.get('content-disposition')).to.match(/^attachment/);
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(response.headers.get('content-security-policy')).to.include('sandbox');
    expect((await farm.api.raw('DELETE', `/packages/${id}`)).status).to.be.within(200, 204);
    expect((await farm.api.raw('GET', `/packages/${id}/content`)).status).to.equal(404);
  });

  const pack = (name: string, script: string, files: string[]): Promise<Pipeline> =>
    makePipeline(farm, project, {
      jobs: [
        job(name, [
          shell(script),
          { type: 'uploadPackage', name: 'Upload', files, package: name, version: '${PIPELINE_NUMBER}', directory: 'made' },
        ]),
      ],
      pipeline: oneTask(name, name),
    });

  const put = (uploadId: string, offset: number, bytes: Buffer): Promise<Response> =>
    farm.api.raw('PUT', `/uploads/${uploadId}/bytes`, {
      body: Readable.toWeb(Readable.from([bytes])) as ReadableStream,
      headers: { 'upload-offset': String(offset), 'content-type': 'application/octet-stream' },
    });

  async function content(made: Package | undefined): Promise<Buffer> {
    const response = await farm.api.raw('GET', `/packages/${made?.id}/content`);
    expect(response.status).to.equal(200);
    return Buffer.from(await response.arrayBuffer());
  }
});

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
