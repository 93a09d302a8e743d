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

describe('projects', () => {
  let controller: ControllerUnderTest;
  let ann: Person;
  let bob: Person;
  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
    bob = await controller.person('bob');
  });
  after(() => controller.close());

  it('have names that are unique whatever their case, free again once deleted', async () => {
    const project = await makeProject(ann, 'Unique');
    assert.equal((await bob.send('post', '/api/v1/projects', { body: { name: 'UNIQUE' } })).body.code, 'nameTaken');
    assert.equal((await ann.send('delete', `/api/v1/projects/${project.id}`)).status, 204);
    assert.equal((await ann.send('get', `/api/v1/projects/${project.id}`)).status, 404);
    await makeProject(bob, 'unique');
  });

  it('are not deleted while something of them runs', async () => {
    const project = await makeProject(ann, 'busy');
    controller.runs.runningInProjects = 2;
    assert.equal((await ann.send('delete', `/api/v1/projects/${project.id}`)).body.code, 'stillInUse');
    controller.runs.runningInProjects = 0;
    controller.runs.queuedInProjects = 1;
    assert.equal((await ann.send('delete', `/api/v1/projects/${project.id}`)).body.code, 'stillInUse');
    controller.runs.queuedInProjects = 0;
  });

  describe('A1 A2 A4 members', () => {
    it('see a project, others do not even learn of it', async () => {
      const project = await makeProject(ann, 'secret one');
      assert.equal((await bob.send('get', `/api/v1/projects/${project.id}`)).status, 404);
      assert.notInclude(
        bodyOf<Array<{ name: string }>>(await bob.send('get', '/api/v1/projects')).map(({ name }) => name),
        'secret one',
      );
      await ann.send('post', `/api/v1/projects/${project.id}/members`, { body: { name: 'bob', roles: ['viewer'] } });
      assert.deepEqual((await bob.send('get', `/api/v1/projects/${project.id}`)).body.myRoles, ['viewer']);
      assert.deepEqual((await bob.send('get', `/api/v1/projects/${project.id}`)).body.may, ['view']);
      assert.deepInclude(controller.told, { type: 'accessChanged', userId: bob.id as never, projectId: project.id });
    });

    // prettier-ignore
    const cases: Array<[role: string, view: number, modify: number, manage: number]> = [
      ['viewer',      200, 403, 403],
      ['participant', 200, 403, 403],
      ['tester',      200, 403, 403],
      ['operations',  200, 403, 403],
      ['developer',   200, 201, 403],
      ['manager',     200, 201, 200],
    ];
    for (const [role, view, modify, manage] of cases) {
      it(`${role}: view ${view}, modify ${modify}, manage ${manage}`, async () => {
        const project = await makeProject(ann, `for ${role}`);
        await ann.send('post', `/api/v1/projects/${project.id}/members`, { body: { name: 'bob', roles: [role] } });
        assert.equal((await bob.send('get', `/api/v1/projects/${project.id}/jobs`)).status, view);
        assert.equal((await bob.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition: buildJob() } })).status, modify);
        assert.equal((await bob.send('patch', `/api/v1/projects/${project.id}`, { body: { description: 'mine' } })).status, manage);
      });
    }

    it('the creator stays creator', async () => {
      const project = await makeProject(ann, 'of ann');
      assert.equal((await ann.send('delete', `/api/v1/projects/${project.id}/members/${ann.id}`)).status, 409);
      await ann.send('put', `/api/v1/projects/${project.id}/members/${ann.id}`, { body: { roles: ['viewer'] } });
      assert.deepEqual((await ann.send('get', `/api/v1/projects/${project.id}`)).body.myRoles, ['creator', 'viewer']);
    });

    it('who is taken out has lost everything at once', async () => {
      const project = await makeProject(ann, 'left');
      await ann.send('post', `/api/v1/projects/${project.id}/members`, { body: { name: 'bob', roles: ['manager'] } });
      await ann.send('delete', `/api/v1/projects/${project.id}/members/${bob.id}`);
      assert.equal((await bob.send('get', `/api/v1/projects/${project.id}`)).status, 404);
    });
  });

  describe('J1 jobs', () => {
    it('tell where they are used, and are not deleted or renamed there', async () => {
      const project = await makeProject(ann, 'with jobs');
      const job = bodyOf<{ id: string; version: number }>(
        await ann.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition: buildJob() } }),
      );
      await ann.send('post', `/api/v1/projects/${project.id}/pipelines`, { body: { definition: onePipeline() } });
      const [use] = (await ann.send('get', `/api/v1/jobs/${job.id}`)).body.usedBy;
      assert.deepInclude(use, { pipeline: 'service', task: 'Compile' });
      assert.equal((await ann.send('delete', `/api/v1/jobs/${job.id}`)).body.code, 'stillInUse');
      assert.equal(
        (await ann.send('put', `/api/v1/jobs/${job.id}`, { body: { definition: buildJob({ name: 'other' }) } })).body.code,
        'stillInUse',
      );
    });

    it('saved over another’s change are refused', async () => {
      const project = await makeProject(ann, 'versions');
      const job = bodyOf<{ id: string }>(
        await ann.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition: buildJob() } }),
      );
      const save = () => ann.send('put', `/api/v1/jobs/${job.id}`, { body: { definition: buildJob({ description: 'new' }), version: 1 } });
      assert.equal((await save()).body.version, 2);
      assert.equal((await save()).body.code, 'versionConflict');
    });

    it('P4 with a wide comma in an enum get a hint', async () => {
      const project = await makeProject(ann, 'commas');
      const definition = buildJob({ parameters: [{ name: 'SIZE', type: 'enum', values: ['small，large'], value: 'small，large' }] });
      const answer = await ann.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition } });
      assert.deepEqual([answer.status, answer.body.errors[0].path], [422, '/definition/parameters/0/values/0']);
      assert.include(answer.body.errors[0].message, 'ASCII comma');
    });
  });

  describe('E1 E2 endpoints', () => {
    const input = { kind: 'git', name: 'host', url: 'https://git.example.org/team', user: 'bot', password: 'hunter2-hunter2' };

    it('never give their credentials back, in answers or in the store', async () => {
      const project = await makeProject(ann, 'endpoints');
      const made = await ann.send('post', `/api/v1/projects/${project.id}/endpoints`, { body: input });
      assert.deepEqual(made.body.credentials, ['password']);
      const kept = await controller.store.connection.collection('endpoints').find({}).toArray();
      for (const text of [
        made.text,
        (await ann.send('get', `/api/v1/endpoints/${made.body.id}`)).text,
        JSON.stringify(kept),
        JSON.stringify(controller.log.lines),
      ]) {
        assert.notInclude(text, 'hunter2');
      }
      assert.deepEqual(
        await controller.foundations.credentials.git({ projectId: project.id, name: 'HOST' }, 'https://git.example.org/team/shop.git'),
        {
          kind: 'password',
          user: 'bot',
          password: 'hunter2-hunter2',
        },
      );
    });

    it('open for addresses below their own only, also for definitions that were saved before', async () => {
      const project = await makeProject(ann, 'moved endpoints');
      await ann.send('post', `/api/v1/projects/${project.id}/endpoints`, { body: input });
      const { credentials } = controller.foundations;
      for (const url of [
        'https://git.example.com/team/shop.git',
        'https://git.example.org/other/shop.git',
        'http://git.example.org/team',
      ]) {
        assert.isUndefined(await credentials.git({ projectId: project.id, name: 'host' }, url), url);
      }
    });

    it('are seen by who made them and by managers', async () => {
      const project = await makeProject(ann, 'private endpoints');
      await ann.send('post', `/api/v1/projects/${project.id}/members`, { body: { name: 'bob', roles: ['developer'] } });
      const made = await ann.send('post', `/api/v1/projects/${project.id}/endpoints`, { body: input });
      assert.deepEqual((await bob.send('get', `/api/v1/projects/${project.id}/endpoints`)).body, []);
      assert.equal((await bob.send('get', `/api/v1/endpoints/${made.body.id}`)).status, 404);
      const own = await bob.send('post', `/api/v1/projects/${project.id}/endpoints`, { body: { ...input, name: 'of bob' } });
      assert.equal((await ann.send('get', `/api/v1/endpoints/${own.body.id}`)).status, 200);
    });

    it('want their credentials again when they move to another host', async () => {
      const project = await makeProject(ann, 'moving');
      const { id } = (await ann.send('post', `/api/v1/projects/${project.id}/endpoints`, { body: input })).body;
      const { password: _kept, ...rest } = input;
      const moved = await ann.send('put', `/api/v1/endpoints/${id}`, { body: { ...rest, url: 'https://evil.example.org/team' } });
      assert.deepEqual([moved.status, moved.body.errors[0].path], [400, '/password']);
      assert.equal(
        (await ann.send('put', `/api/v1/endpoints/${id}`, { body: { ...rest, url: 'https://git.example.org/team/one' } })).status,
        200,
      );
    });

    it('E3 are not deleted while they are used', async () => {
      const project = await makeProject(ann, 'used endpoints');
      await ann.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition: buildJob() } });
      const { id } = (await ann.send('post', `/api/v1/projects/${project.id}/endpoints`, { body: input })).body;
      const sources = [{ type: 'git' as const, url: 'https://git.example.org/team/one.git', endpoint: 'host', defaultBranch: 'main' }];
      bodyOf(await ann.send('post', `/api/v1/projects/${project.id}/pipelines`, { body: { definition: onePipeline({ sources }) } }));
      const answer = await ann.send('delete', `/api/v1/endpoints/${id}`);
      assert.equal(answer.body.code, 'stillInUse');
      assert.include(answer.body.detail, 'service');
    });
  });

  it('S2 settings decide which folders of the controller may be sources', async () => {
    assert.equal((await ann.send('put', '/api/v1/settings', { body: {} })).status, 403);
    const settings = (await controller.root.send('get', '/api/v1/settings')).body;
    assert.equal(
      (await controller.root.send('put', '/api/v1/settings', { body: { ...settings, allowedFolders: ['relative'] } })).body.errors[0].path,
      '/allowedFolders/0',
    );
  });
});
