import { assert } from 'chai';
import {
  bodyOf,
  buildJob,
  controllerUnderTest,
  makeProject,
  onePipeline,
  type ControllerUnderTest,
  type Person,
} from '../../../../testing/controller-under-test.js';

describe('A1–A5 what is taken away', () => {
  let controller: ControllerUnderTest;
  let ann: Person;
  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
  });
  after(() => controller.close());

  /** Twice, so that what was read for the first request is in memory for the second. */
  const mayLook = async (who: Person, path: string): Promise<void> => {
    for (const time of [1, 2]) assert.equal((await who.send('get', path)).status, 200, `${path}, time ${time}`);
  };

  it('a session that is ended is good for nothing in the next request', async () => {
    const bob = await controller.person('bob');
    await mayLook(bob, '/api/v1/me');
    assert.equal((await bob.send('delete', '/api/v1/session')).status, 204);
    assert.equal((await bob.send('get', '/api/v1/me')).status, 401);
  });

  it('an API token that is revoked is refused in the next request', async () => {
    const { secret, token } = bodyOf<{ secret: string; token: { id: string } }>(
      await ann.send('post', '/api/v1/me/tokens', { body: { name: 'ci', scopes: ['read'], expiresInDays: 1 } }),
    );
    const ask = async () => (await controller.send('get', '/api/v1/me', { token: secret })).status;
    assert.deepEqual([await ask(), await ask()], [200, 200]);
    assert.equal((await ann.send('delete', `/api/v1/me/tokens/${token.id}`)).status, 204);
    assert.equal(await ask(), 401);
  });

  it('a user who is disabled is nobody in their next request', async () => {
    const carl = await controller.person('carl');
    await mayLook(carl, '/api/v1/me');
    assert.equal((await controller.root.send('patch', `/api/v1/users/${carl.id}`, { body: { disabled: true } })).status, 200);
    assert.equal((await carl.send('get', '/api/v1/me')).status, 401);
  });

  it('a role that is taken away, and membership itself, end with the next request', async () => {
    const dora = await controller.person('dora');
    const project = await makeProject(ann, 'with dora');
    await ann.send('post', `/api/v1/projects/${project.id}/members`, { body: { name: 'dora', roles: ['manager'] } });
    await mayLook(dora, `/api/v1/projects/${project.id}`);
    const rename = async () => (await dora.send('patch', `/api/v1/projects/${project.id}`, { body: { description: 'hers' } })).status;
    assert.equal(await rename(), 200);
    await ann.send('put', `/api/v1/projects/${project.id}/members/${dora.id}`, { body: { roles: ['viewer'] } });
    assert.equal(await rename(), 403);
    await ann.send('delete', `/api/v1/projects/${project.id}/members/${dora.id}`);
    assert.equal((await dora.send('get', `/api/v1/projects/${project.id}`)).status, 404);
  });

  it('a project that is deleted is found by nobody in the next request', async () => {
    const project = await makeProject(ann, 'short');
    await mayLook(ann, `/api/v1/projects/${project.id}`);
    assert.equal((await ann.send('delete', `/api/v1/projects/${project.id}`)).status, 204);
    assert.equal((await ann.send('get', `/api/v1/projects/${project.id}`)).status, 404);
  });

  it('an endpoint that leads elsewhere now gives its credentials to no address of before', async () => {
    const project = await makeProject(ann, 'with an endpoint');
    const url = 'https://code.example';
    const made = bodyOf<{ id: string; version: number }>(
      await ann.send('post', `/api/v1/projects/${project.id}/endpoints`, {
        body: { name: 'host', kind: 'git', url, user: 'ann', password: 'first' },
      }),
    );
    const given = async () => controller.foundations.credentials.git({ projectId: project.id, name: 'host' }, `${url}/a.git`);
    assert.include(await given(), { password: 'first' });
    assert.include(await given(), { password: 'first' });
    const moved = { name: 'host', kind: 'git', url: 'https://other.example', user: 'ann', password: 'second', version: made.version };
    assert.equal((await ann.send('put', `/api/v1/endpoints/${made.id}`, { body: moved })).status, 200);
    assert.isUndefined(await given());
  });

  it('a job that is changed is so in the next snapshot of a definition', async () => {
    const project = await makeProject(ann, 'with a job');
    const job = bodyOf<{ id: string; version: number }>(
      await ann.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition: buildJob() } }),
    );
    const { id } = bodyOf<{ id: string }>(
      await ann.send('post', `/api/v1/projects/${project.id}/pipelines`, { body: { definition: onePipeline() } }),
    );
    const script = async () => {
      const record = await controller.stores.pipelines.byId(id as never);
      const made = await controller.foundations.definitions.snapshot(record ?? assert.fail());
      const [step] = made.ok ? (made.value.snapshot.jobs[0]?.steps ?? []) : [];
      return step?.type === 'shell' ? step.script : undefined;
    };
    assert.deepEqual([await script(), await script()], ['make ${LEVEL}', 'make ${LEVEL}']);
    const definition = buildJob({ steps: [{ name: 'make', type: 'shell', script: 'make all' }] });
    assert.equal((await ann.send('put', `/api/v1/jobs/${job.id}`, { body: { definition, version: job.version } })).status, 200);
    assert.equal(await script(), 'make all');
  });
});
