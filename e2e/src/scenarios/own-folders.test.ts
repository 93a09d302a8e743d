import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Endpoint, Package } from '@drover/protocol/api';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { canServeSsh, startSshServer, type SshServer } from '../testing/ssh-server.js';
import { canWatch, watchMachine, type WatchedMachine } from '../testing/watched-machine.js';

/** Long enough that no socket's path fits below it. */
const longName = 'a-folder-with-a-long-name-'.repeat(5);

describe('security: controller and agent', function () {
  this.timeout(90_000);
  let scratch: string;
  let server: SshServer | undefined;
  let machine: WatchedMachine | undefined;
  let farm: Farm | undefined;
  beforeEach(async function () {
    if (!canWatch() || !canServeSsh()) skipBecause(this, 'mount namespaces and an ssh server need root and sshd');
    scratch = await mkdtemp(join(tmpdir(), 'drover-sources-'));
    server = await startSshServer();
  });
  afterEach(async () => {
    await farm?.close();
    await machine?.close();
    await server?.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('write nowhere but below their data folders, also where their paths are long', async () => {
    const repository = await makeRepository(join(scratch, 'code'));
    farm = await Farm.start({
      folderName: longName,
      env: { DROVER_PRIVATE_NOTES: '' },
      prepare: async (folder) => {
        machine = await watchMachine(folder);
        return () => Promise.resolve();
      },
      within: () => machine?.within ?? [],
    });
    await farm.addAgent({ env: { DROVER_PRIVATE_NOTES: '' }, within: machine?.within ?? [] });
    const project = await makeProject(farm);
    const [url, key] = [`${server?.url}${repository}`, server?.privateKey];
    const endpoint = await farm.api.post<Endpoint>(`/projects/${project.id}/endpoints`, {
      kind: 'git',
      name: 'code',
      url,
      privateKey: key,
    });
    expect(await farm.api.post(`/endpoints/${endpoint.id}/test`, {})).to.deep.include({ ok: true });
    const pipeline = await makePipeline(farm, project, {
      jobs: [
        job('all', [
          { type: 'checkout', name: 'Source' },
          shell('test -e hello && mkdir out && cp hello out/'),
          shell('echo second'),
          { type: 'uploadPackage', name: 'Keep', files: ['out', 'hello'], package: 'all', version: '1' },
        ]),
      ],
      pipeline: { ...oneTask('all', 'all'), sources: [{ type: 'git', alias: 'code', url, endpoint: 'code', defaultBranch: 'main' }] },
    });
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    expect(run.status, JSON.stringify(await farm.attempts(run.id, 'work'))).to.equal('succeeded');
    const packages = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
    expect(packages.map(({ fileName }) => fileName).sort()).to.deep.equal(['hello', 'out.tar.gz']);
    await farm.api.raw('GET', `/runs/${run.id}/packages.zip`).then((zip) => zip.arrayBuffer());
    const yaml = await farm.api.raw('GET', `/pipelines/${pipeline.id}/export`).then((answer) => answer.text());
    expect(yaml).to.include('drover: 1');
    await farm.api.post(`/projects/${project.id}/pipelines/import`, { yaml: yaml.replace('name: all', 'name: again') });
    const home = userInfo().homedir;
    const notes = join(home, '.local');
    expect((await machine?.written())?.filter((path) => path !== notes)).to.deep.equal([]);
  });
});

async function makeRepository(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, 'hello'), 'hello\n');
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args]);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'First');
  return folder;
}
