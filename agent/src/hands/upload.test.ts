import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testSpec } from '../testing/specs.js';
import { upload } from './upload.js';

type Given = Parameters<typeof upload>;

describe('uploading a package', () => {
  let workspace = '';
  beforeEach(async () => (workspace = await mkdtemp(join(tmpdir(), 'drover-upload-'))));
  afterEach(() => rm(workspace, { recursive: true, force: true }));

  it('P3 sends nothing when a file is named by a secret, and says which field without its value', async () => {
    await writeFile(join(workspace, 'app-hunter22.jar'), 'content');
    const step = { type: 'uploadPackage' as const, name: 'Publish', files: ['*.jar'], package: 'app', version: '1' };
    const said: string[] = [];
    const parts = { config: { dataFolder: workspace }, identity: { url: 'http://127.0.0.1:9', token: '' } } as Given[0];
    const request = {
      step,
      spec: testSpec([step], { secrets: ['hunter22'] }),
      fencing: 1,
      environment: { hostPath: workspace },
      say: (line: string) => said.push(line),
      print: () => undefined,
      signal: AbortSignal.timeout(60_000),
    } as unknown as Given[1];
    expect(await upload(parts, request)).to.deep.equal({
      ok: false,
      reason: { code: 'secretInPackage', parameters: { step: 'Publish', field: 'files' } },
    });
    expect(said).to.deep.equal([]);
  });

  it('P9 fails in its turn when its version is empty', async () => {
    const step = { type: 'uploadPackage' as const, name: 'Publish', files: ['a'], package: 'app', version: '' };
    const parts = { config: { dataFolder: workspace } } as Given[0];
    const request = { step, spec: testSpec([step]), environment: { hostPath: workspace }, say: () => undefined } as unknown as Given[1];
    const result = await upload(parts, request);
    expect(result).to.have.property('ok', false);
    expect(JSON.stringify(result)).to.include('“version” is empty');
  });
});
