import { createHash } from 'node:crypto';
import { assert } from 'chai';
import type { Project } from '@drover/protocol/api';
import {
  buildJob,
  controllerUnderTest,
  makeProject,
  onePipeline,
  type ControllerUnderTest,
} from '../../../testing/controller-under-test.js';

const threeMinutesMs = 180_000;

describe('a request that is repeated because its answer was lost makes nothing twice', () => {
  let controller: ControllerUnderTest;
  let project: Project;
  before(async () => {
    controller = await controllerUnderTest();
    project = await makeProject(controller.root, 'shop');
    await controller.root.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition: buildJob() } });
    await controller.person('ann');
  });
  after(() => controller.close());

  const yaml = (name: string): string => JSON.stringify({ drover: 1, pipeline: onePipeline({ name }), jobs: [buildJob()] });
  const of = (rest: string) => () => `/api/v1/projects/${project.id}/${rest}`;
  const id = (body: { id?: string; token?: { id: string }; pipelineId?: string; userId?: string }) =>
    body.id ?? body.token?.id ?? body.pipelineId ?? body.userId;
  // prettier-ignore
  const makings: Array<[what: string, path: () => string, body: object, list: () => string]> = [
    ['a user',           () => '/api/v1/users',     { name: 'eve', password: 'long enough' },               () => '/api/v1/users'],
    ['an API token',     () => '/api/v1/me/tokens', { name: 'ci', scopes: ['read'] },                       () => '/api/v1/me/tokens'],
    ['a project',        () => '/api/v1/projects',  { name: 'depot' },                                      () => '/api/v1/projects'],
    ['a job',            of('jobs'),                { definition: buildJob({ name: 'again' }) },            of('jobs')],
    ['an endpoint',      of('endpoints'),           { kind: 'git', name: 'host', url: 'https://git.example', password: 'hidden' }, of('endpoints')],
    ['a pipeline',       of('pipelines'),           { definition: onePipeline({ name: 'again' }) },         () => `/api/v1/pipelines?projectId=${project.id}`],
    ['an imported file', of('pipelines/import'),    { yaml: yaml('imported') },                             () => `/api/v1/pipelines?projectId=${project.id}`],
    ['a member',         of('members'),             { name: 'ann', roles: ['viewer'] },                     of('members')],
  ];
  for (const [what, path, body, list] of makings) {
    it(what, async () => {
      const { root, stores } = controller;
      const options = { body, headers: { 'Idempotency-Key': `make ${what}`.replaceAll(' ', '-') } };
      const { finish } = stores.answers;
      stores.answers.finish = () => Promise.reject(new Error('the store is away'));
      const first = await root.send('post', path(), options);
      stores.answers.finish = finish;
      assert.equal(first.status, 201, JSON.stringify(first.body));
      const listed = (await root.send('get', list())).body;
      assert.equal((await root.send('post', path(), options)).status, 409, 'the first one may still be under way');
      await grow(controller, threeMinutesMs);
      const second = await root.send('post', path(), options);
      assert.equal(second.status, 201, JSON.stringify(second.body));
      assert.equal(id(second.body), id(first.body));
      assert.equal(size((await root.send('get', list())).body), size(listed));
      const third = await root.send('post', path(), options);
      assert.deepEqual([third.headers['idempotency-replayed'], third.body], ['true', second.body]);
    });
  }

  it('and one that broke off can be repeated at once', async () => {
    const { root, stores } = controller;
    const options = { body: { name: 'broken off' }, headers: { 'Idempotency-Key': 'broken-off' } };
    const { byId } = stores.projects;
    let calls = 0;
    stores.projects.byId = (projectId) => ((calls += 1) === 1 ? Promise.reject(new Error('the store is away')) : byId(projectId));
    assert.equal((await root.send('post', '/api/v1/projects', options)).status, 500);
    const second = await root.send('post', '/api/v1/projects', options);
    stores.projects.byId = byId;
    assert.equal(second.status, 201);
    const named = (await root.send('get', '/api/v1/projects?search=broken')).body;
    assert.lengthOf(named, 1);
  });

  it('keeps nothing by which a password in it could be guessed', async () => {
    const { root, store } = controller;
    const body = { name: 'fay', password: 'hunter2hunter2' };
    await root.send('post', '/api/v1/users', { body, headers: { 'Idempotency-Key': 'fay' } });
    const kept = JSON.stringify(await store.connection.collection('idempotency').find({}).toArray());
    assert.notInclude(kept, createHash('sha256').update(JSON.stringify(body)).digest('hex'));
  });
});

/** As if the requests so far had come that much earlier. */
async function grow({ store }: ControllerUnderTest, ageMs: number): Promise<void> {
  const requests = store.connection.collection('idempotency');
  for (const { _id, begunAt } of await requests.find({}).toArray())
    await requests.updateOne({ _id }, { $set: { begunAt: new Date(Number(begunAt) - ageMs) } });
}

const size = (list: unknown[] | { items: unknown[] }): number => (Array.isArray(list) ? list : list.items).length;
