import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedStore } from '@drover/embedded-store';
import type { Removals, Settings } from '@drover/protocol/api';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';

describe('V7 B3 O4 what is deleted is gone', function () {
  this.timeout(90_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start();
    await farm.addAgent({ labels: ['deleter'] });
  });
  after(() => farm.close());

  const upload = { type: 'uploadPackage', name: 'Keep', package: 'kept', version: '1' } as const;
  async function ran(name: string, projectId?: string) {
    const project = projectId === undefined ? await makeProject(farm) : { id: projectId };
    const jobs = [job(`${name}-job`, [shell(`echo ${name} >kept.txt; cat kept.txt`), { ...upload, package: name, files: ['kept.txt'] }])];
    const pipeline = await makePipeline(farm, project as never, { jobs, pipeline: oneTask(name, `${name}-job`) });
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    expect(run.status).to.equal('succeeded');
    return { projectId: project.id, pipelineId: pipeline.id, runId: run.id };
  }
  const statusOf = async (path: string) => (await farm.api.raw('GET', path)).status;
  /** Files of logs, by the attempts that they are of. */
  const logFiles = () =>
    readdirSync(join(farm.folder, 'controller', 'logs'), { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.work.1'));

  it('a run: its page, its log and its place in the history; its packages stay', async () => {
    const { projectId, pipelineId, runId } = await ran('one');
    expect(logFiles().join()).to.include(runId);
    await farm.api.send('DELETE', `/runs/${runId}`);
    for (const path of [`/runs/${runId}`, `/attempts/${runId}.work.1`, `/attempts/${runId}.work.1/log/raw`]) expect(await statusOf(path), path).to.equal(404); // prettier-ignore
    expect((await farm.api.get<{ items: unknown[] }>(`/pipelines/${pipelineId}/runs`)).items).to.deep.equal([]);
    expect((await farm.api.get<{ items: Array<{ id: string; newestRun?: object }> }>('/pipelines')).items.find(({ id }) => id === pipelineId)).to.not.have.property('newestRun'); // prettier-ignore
    await farm.api.get(`/projects/${projectId}/packages`).then((page) => expect(page).to.have.property('total', 1));
    while (logFiles().join().includes(runId)) await farm.api.get('/removals');
    expect((await startRun(farm, pipelineId)).number, 'numbers are never given twice').to.equal(2);
  });

  it('a run that is not finished is refused', async () => {
    const project = await makeProject(farm);
    const waits = oneTask('waits', 'waits-job');
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('waits-job', [shell('true')], { labels: ['nobody'] })],
      pipeline: waits,
    });
    const { id } = await startRun(farm, pipeline.id);
    const answer = await farm.api.raw('DELETE', `/runs/${id}`);
    expect(answer.status).to.equal(409);
    expect(await answer.json()).to.deep.include({ code: 'stillInUse' });
    await farm.api.post(`/runs/${id}/stop`, {});
  });

  it('a pipeline and a project, also when the controller is killed meanwhile: nothing in the store or on the disk names them', async () => {
    const first = await ran('two');
    const second = await ran('three', first.projectId);
    await farm.controller.stop();
    await farm.restartController({ DROVER_CRASH_AT: 'controller.removal.logs' });
    await farm.api.send('DELETE', `/pipelines/${second.pipelineId}`);
    expect((await farm.controller.ended).signal).to.equal('SIGKILL');
    await farm.restartController({});
    expect(await statusOf(`/runs/${second.runId}`)).to.equal(404);
    await farm.api.send('DELETE', `/projects/${first.projectId}`);
    expect(await statusOf(`/runs/${first.runId}`)).to.equal(404);
    while (logFiles().some((path) => path.includes(first.runId) || path.includes(second.runId))) await farm.api.get('/removals');
    await farm.controller.stop();
    expect(await namesIn(join(farm.folder, 'controller', 'store'), [first.projectId, second.pipelineId, second.runId])).to.deep.equal([]);
    await farm.restartController({});
  });

  it('a pipeline that is started at the same moment: one of the two is refused, and nothing is left of it in the end', async () => {
    const project = await makeProject(farm);
    const ids: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const jobs = [job(`race-${round}`, [shell('echo begun; sleep 0.2')])];
      const pipeline = await makePipeline(farm, project, { jobs, pipeline: oneTask(`race-${round}`, `race-${round}`) });
      const start = () =>
        farm.api.raw('POST', `/pipelines/${pipeline.id}/runs`, { body: '{}', headers: { 'content-type': 'application/json' } });
      const [started, deleted] = await Promise.all([start(), farm.api.raw('DELETE', `/pipelines/${pipeline.id}`)]);
      expect([started.status, deleted.status].join()).to.be.oneOf(['201,409', '404,204']);
      ids.push(pipeline.id);
      if (started.status !== 201) continue;
      const { id } = (await started.json()) as { id: string };
      ids.push(id);
      const refused = await farm.api.raw('DELETE', `/projects/${project.id}`);
      expect([refused.status, await refused.text()].join()).to.match(/^409,.*A run of this project is not finished: stop it first\./);
      await farm.finished(id);
      await farm.api.send('DELETE', `/pipelines/${pipeline.id}`);
    }
    await farm.api.send('DELETE', `/projects/${project.id}`);
    while ((await farm.api.get<Removals>('/removals')).things.length > 0); // snapshots of definitions wait for an hour
    await farm.controller.stop();
    expect(await namesIn(join(farm.folder, 'controller', 'store'), [project.id, ...ids])).to.deep.equal([]);
    expect(ids.filter((id) => logFiles().join().includes(id))).to.deep.equal([]);
    await farm.restartController({});
  });

  it('a user: sessions, tokens and memberships go at once, what they did stays', async () => {
    const user = await farm.api.post<{ id: string }>('/users', { name: 'gone', password: 'a password that nobody guesses 7' });
    const project = await makeProject(farm);
    await farm.api.send('PUT', `/projects/${project.id}/members/${user.id}`, { roles: ['developer'] });
    await farm.api.send('DELETE', `/users/${user.id}`);
    expect((await farm.api.get<Array<{ id: string }>>('/users')).some(({ id }) => id === user.id)).to.equal(false);
    expect((await farm.api.get<Array<{ userId: string }>>(`/projects/${project.id}/members`)).some(({ userId }) => userId === user.id)).to.equal(false); // prettier-ignore
    const own = await farm.api.get<{ user: { id: string } }>('/session');
    expect((await farm.api.raw('DELETE', `/users/${own.user.id}`)).status).to.equal(409);
  });

  it('settings name how long runs and packages are kept, with limits that are safe', async () => {
    const settings = await farm.api.get<Settings>('/settings');
    expect(settings.retention).to.deep.equal({ runs: { days: 365, runs: 10_000 }, packages: {} });
  });

  it('O4 retention begins seven days after the first start, not after a later one, or when it is saved', async () => {
    const first = await farm.api.get<Settings>('/settings');
    const left = (first.retentionFrom ?? 0) - Date.now();
    expect(left / 86_400_000).to.be.within(6.9, 7);
    await farm.controller.stop();
    await farm.restartController({});
    expect(await farm.api.get<Settings>('/settings')).to.deep.equal(first);
    expect(await farm.api.put<Settings>('/settings', first), 'what was read, sent back').to.deep.equal(first);
    const { retentionFrom: _from, retention: _default, ...others } = first;
    expect(await farm.api.put<Settings>('/settings', others), 'nothing of retention').to.deep.equal(first);
    const saved = { ...others, retention: { runs: { days: 30 }, packages: {} } };
    expect(await farm.api.put<Settings>('/settings', saved)).to.deep.equal(saved);
    expect(await farm.api.put<Settings>('/settings', others), 'what was saved stays').to.deep.equal(saved);
  });
});

/** Documents of the store that name any of these ids, by collection; the record of who did what keeps them. */
async function namesIn(dataDir: string, ids: readonly string[]): Promise<readonly string[]> {
  const store = await startEmbeddedStore({ dataDir });
  const client = await MongoClient.connect(store.uri);
  try {
    const found: string[] = [];
    for (const { name } of await client.db('drover').listCollections().toArray()) {
      if (name === 'audit') continue;
      for (const document of await client.db('drover').collection(name).find({}).toArray()) {
        const text = JSON.stringify(document);
        if (ids.some((id) => text.includes(id))) found.push(`${name}: ${text.slice(0, 200)}`);
      }
    }
    return found;
  } finally {
    await client.close();
    await store.close();
  }
}
