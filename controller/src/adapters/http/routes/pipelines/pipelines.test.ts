import { assert } from 'chai';
import type { Pipeline, Project } from '@drover/protocol/api';
import type { PipelineDefinition } from '@drover/protocol/definition';
import {
  bodyOf,
  buildJob,
  controllerUnderTest,
  makeProject,
  onePipeline,
  type ControllerUnderTest,
  type Person,
} from '../../../../testing/controller-under-test.js';

describe('pipelines', () => {
  let controller: ControllerUnderTest;
  let ann: Person;
  let bob: Person;
  let project: Project;
  let count = 0;
  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
    bob = await controller.person('bob');
    project = await makeProject(ann, 'shop');
    await ann.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition: buildJob() } });
    await ann.send('post', `/api/v1/projects/${project.id}/members`, { body: { name: 'bob', roles: ['tester'] } });
  });
  after(() => controller.close());
  const save = (definition: PipelineDefinition, more: object = {}) =>
    ann.send('post', `/api/v1/projects/${project.id}/pipelines`, { body: { definition, ...more } });
  const make = async (more: Partial<PipelineDefinition> = {}, extra: object = {}): Promise<Pipeline> =>
    bodyOf(await save(onePipeline({ name: `p${(count += 1)}`, ...more }), extra));
  const withSecret: Partial<PipelineDefinition> = { parameters: [{ name: 'TOKEN', type: 'secret' }] };

  describe('W8 faults name the place', () => {
    const task = { key: 'compile', name: 'Compile', type: 'build' as const, job: 'build' };
    const staged = (tasks: PipelineDefinition['stages'][number]['tasks']) =>
      onePipeline({ stages: [{ key: 'build', name: 'Build', mode: 'serial', tasks }] });
    const alias = { type: 'git' as const, url: 'https://example.org/a.git', defaultBranch: 'main', alias: 'app' };
    // prettier-ignore
    const cases: Array<[title: string, definition: PipelineDefinition, path: string, words: RegExp]> = [
      ['a job that is not there',              staged([{ ...task, job: 'nope' }]),                                                            '/definition/stages/0/tasks/0/job',              /stage “Build”, task “Compile”: there is no job “nope”/],
      ['a key twice',                          staged([task, { ...task, name: 'Again' }]),                                                    '/definition/stages/0/tasks/1/key',              /another task/],
      ['a parameter the job lacks',            staged([{ ...task, parameters: { NOPE: 'x' } }]),                                              '/definition/stages/0/tasks/0/parameters/NOPE',  /no parameter/],
      ['P7 a reference to nothing',            staged([{ ...task, parameters: { LEVEL: '${NOPE}' } }]),                                       '/definition/stages/0/tasks/0/parameters/LEVEL', /refers to nothing/],
      ['P9 a predefined name',                 onePipeline({ parameters: [{ name: 'COMMIT_ID', type: 'string' }] }),                          '/definition/parameters/0/name',                 /predefined/],
      ['P1 a name twice',                      onePipeline({ parameters: [{ name: 'A', type: 'string' }, { name: 'A', type: 'secret' }] }),   '/definition/parameters/1/name',                 /another parameter/],
      ['P1 a name that an alias makes',        onePipeline({ sources: [alias], parameters: [{ name: 'app_TAG', type: 'string' }] }),          '/definition/parameters/0/name',                 /alias “app”/],
      ['P4 a default that is no value',        onePipeline({ parameters: [{ name: 'A', type: 'enum', values: ['x', 'y'], value: 'z' }] }),    '/definition/parameters/0/value',                /not one of/],
      ['P4 the wide comma',                    onePipeline({ parameters: [{ name: 'A', type: 'enum', values: ['x，y'], value: 'x，y' }] }),   '/definition/parameters/0/values/0',             /ASCII comma/],
      ['S6 an alias twice',                    onePipeline({ sources: [alias, alias] }),                                                      '/definition/sources/1/alias',                   /another source/],
      ['S2 a folder that nobody allowed',      onePipeline({ sources: [{ ...alias, url: 'file:///etc' }] }),                                  '/definition/sources/0/url',                     /no administrator has allowed/],
      ['a password in an address',             onePipeline({ sources: [{ ...alias, url: 'https://u:p@example.org/a.git' }] }),                '/definition/sources/0/url',                     /endpoint/],
      ['an endpoint that is not there',        onePipeline({ sources: [{ ...alias, endpoint: 'nope' }] }),                                    '/definition/sources/0/endpoint',                /no Git endpoint/],
      ['a registry that is not there',         staged([{ ...task, executor: { type: 'docker', image: 'a', registry: 'nope' } }]),             '/definition/stages/0/tasks/0/executor/registry', /no Docker registry/],
    ];
    for (const [title, definition, path, words] of cases) {
      it(title, async () => {
        const saved = await save(definition);
        assert.deepEqual([saved.status, saved.body.code, saved.body.errors[0].path], [422, 'definitionInvalid', path]);
        assert.match(saved.body.errors[0].message, words);
        const validated = await ann.send('post', `/api/v1/projects/${project.id}/pipelines/validate`, { body: { definition } });
        assert.deepEqual(validated.body.errors, saved.body.errors);
      });
    }
    it('all are told at once', async () => {
      const { errors } = (
        await save(
          staged([
            { ...task, job: 'nope' },
            { ...task, key: 'b', parameters: { NOPE: '1' } },
          ]),
        )
      ).body;
      assert.lengthOf(errors, 2);
    });
  });

  it('C4 have names that are unique in their project', async () => {
    await make({ name: 'Twice' });
    const again = await save(onePipeline({ name: 'twice' }));
    assert.deepEqual([again.status, again.body.code, again.body.errors[0].path], [409, 'nameTaken', '/definition/name']);
  });

  it('C2 may have no source, and are valid then', async () => {
    assert.equal(
      (
        await ann.send('post', `/api/v1/projects/${project.id}/pipelines/validate`, {
          body: { definition: onePipeline({ name: 'sourceless' }) },
        })
      ).status,
      204,
    );
  });

  it('refuse a save over somebody else’s change', async () => {
    const pipeline = await make();
    const change = () =>
      ann.send('put', `/api/v1/pipelines/${pipeline.id}`, {
        body: { definition: { ...pipeline.definition, description: 'x' }, version: pipeline.version },
      });
    assert.equal((await change()).body.version, 2);
    assert.equal((await change()).body.code, 'versionConflict');
  });

  describe('P3 secrets', () => {
    it('are set, kept and removed without ever coming back', async () => {
      const pipeline = await make(withSecret, { secrets: { TOKEN: 's3cret-value' } });
      assert.deepEqual(pipeline.secretsSet, ['TOKEN']);
      const put = (secrets: object) =>
        ann.send('put', `/api/v1/pipelines/${pipeline.id}`, { body: { definition: pipeline.definition, secrets } });
      assert.deepEqual((await put({})).body.secretsSet, ['TOKEN']);
      const kept = await controller.store.connection.collection('pipelines').find({}).toArray();
      assert.notInclude(JSON.stringify([kept, (await ann.send('get', `/api/v1/pipelines/${pipeline.id}`)).body]), 's3cret-value');
      assert.deepEqual((await put({ TOKEN: null })).body.secretsSet, []);
    });

    it('belong to secret parameters', async () => {
      assert.equal((await save(onePipeline({ name: 'odd' }), { secrets: { NOPE: 'x' } })).body.errors[0].path, '/secrets/NOPE');
    });

    it('C3 go along with a copy only for who may modify the original', async () => {
      const original = await make(withSecret, { secrets: { TOKEN: 's3cret-value' } });
      const copy = await make({ ...withSecret }, { copyOf: original.id });
      assert.deepEqual(copy.secretsSet, ['TOKEN']);
      const own = await makeProject(bob, 'of bob');
      await bob.send('post', `/api/v1/projects/${own.id}/jobs`, { body: { definition: buildJob() } });
      const body = { definition: onePipeline({ ...withSecret }), copyOf: original.id };
      assert.deepEqual((await bob.send('post', `/api/v1/projects/${own.id}/pipelines`, { body })).body.secretsSet, []);
    });
  });

  describe('A2 V7', () => {
    it('a tester may see and execute, not save or delete', async () => {
      const pipeline = await make();
      const seen = (await bob.send('get', `/api/v1/pipelines/${pipeline.id}`)).body;
      assert.deepEqual([seen.mayExecute, seen.mayModify, seen.mayDelete], [true, false, false]);
      assert.equal((await bob.send('put', `/api/v1/pipelines/${pipeline.id}`, { body: { definition: pipeline.definition } })).status, 403);
      assert.equal((await bob.send('delete', `/api/v1/pipelines/${pipeline.id}`)).status, 403);
    });
    it('what is started just then is not deleted', async () => {
      const { runs, store } = controller;
      const pipeline = bodyOf<Pipeline>(
        await ann.send('post', `/api/v1/projects/${project.id}/pipelines`, {
          body: { definition: onePipeline({ name: 'started just now' }) },
        }),
      );
      const { ofPipelines } = runs;
      runs.ofPipelines = async (ids) => {
        const answer = await ofPipelines(ids);
        await store.connection.collection<{ _id: string }>('pipelines').updateOne({ _id: pipeline.id }, { $inc: { nextNumber: 1 } });
        return answer;
      };
      const refusal = await ann.send('delete', `/api/v1/pipelines/${pipeline.id}`);
      runs.ofPipelines = ofPipelines;
      assert.deepEqual([refusal.status, refusal.body.code], [409, 'stillInUse']);
      assert.equal((await ann.send('delete', `/api/v1/pipelines/${pipeline.id}`)).status, 204);
    });
    it('what runs is not deleted; what was deleted is gone and its name free', async () => {
      const pipeline = await make({ name: 'short-lived' });
      controller.runs.byPipeline.set(pipeline.id, { lastRuns: [], activeRuns: 1, queuedRuns: 0 });
      assert.equal((await ann.send('delete', `/api/v1/pipelines/${pipeline.id}`)).body.code, 'stillInUse');
      controller.runs.byPipeline.clear();
      assert.equal((await ann.send('delete', `/api/v1/pipelines/${pipeline.id}`)).status, 204);
      assert.equal((await ann.send('get', `/api/v1/pipelines/${pipeline.id}`)).status, 404);
      await make({ name: 'short-lived' });
    });
  });

  describe('L3 L4 the list', () => {
    const names = async (by: Person, query: string): Promise<string[]> =>
      (await by.send('get', `/api/v1/pipelines?pageSize=100&${query}`)).body.items.map(({ name }: { name: string }) => name);
    it('filters, searches, sorts and pages over what the person may see', async () => {
      const shelf = await makeProject(ann, 'shelf');
      await ann.send('post', `/api/v1/projects/${shelf.id}/jobs`, { body: { definition: buildJob() } });
      const ids: Record<string, string> = {};
      for (const name of ['alpha', 'beta', 'gamma'])
        ids[name] = bodyOf<Pipeline>(
          await ann.send('post', `/api/v1/projects/${shelf.id}/pipelines`, { body: { definition: onePipeline({ name }) } }),
        ).id;
      const here = `projectId=${shelf.id}`;
      assert.deepEqual(await names(ann, here), ['alpha', 'beta', 'gamma']);
      assert.deepEqual(await names(ann, `${here}&order=descending`), ['gamma', 'beta', 'alpha']);
      assert.deepEqual(await names(ann, `${here}&search=ET`), ['beta']);
      assert.deepEqual(await names(bob, here), []);
      await ann.send('put', `/api/v1/pipelines/${ids['gamma']}/favourite`);
      assert.deepEqual(await names(ann, `${here}&filter=favourites`), ['gamma']);
      await ann.send('delete', `/api/v1/pipelines/${ids['gamma']}/favourite`);
      assert.deepEqual(await names(ann, `${here}&filter=favourites`), []);
      controller.runs.ran = new Set([String(ids['beta'])]);
      assert.deepEqual(await names(ann, `${here}&person=somebody`), ['beta']);
      const page = (await ann.send('get', `/api/v1/pipelines?${here}&pageSize=2&page=2`)).body;
      assert.deepEqual([page.items.length, page.total, page.more], [1, 3, false]);
    });
  });

  describe('C5 drover.yaml', () => {
    const exported = async (id: string) => (await ann.send('get', `/api/v1/pipelines/${id}/export`)).text;
    const load = (target: Project, body: object) => ann.send('post', `/api/v1/projects/${target.id}/pipelines/import`, { body });

    it('comes back equal in another project, with its jobs, and asks for its secrets', async () => {
      const pipeline = await make(withSecret, { secrets: { TOKEN: 's3cret-value' } });
      const yaml = await exported(pipeline.id);
      assert.notInclude(yaml, 's3cret');
      const other = await makeProject(ann, 'imported');
      const tried = await load(other, { yaml, dryRun: true });
      assert.deepEqual(
        [tried.status, tried.body.jobsCreated, tried.body.secretsMissing, tried.body.pipelineId],
        [200, ['build'], ['TOKEN'], undefined],
      );
      const made = await load(other, { yaml });
      assert.equal(made.status, 201);
      assert.deepEqual((await ann.send('get', `/api/v1/pipelines/${made.body.pipelineId}`)).body.definition, pipeline.definition);
      assert.equal(await exported(made.body.pipelineId), yaml);
    });

    it('does not overwrite a job that differs, unless told to', async () => {
      const yaml = (await exported((await make()).id)).replace('make ${LEVEL}', 'make all');
      assert.equal((await load(project, { yaml })).body.code, 'conflict');
      const renamed = yaml.replace(/name: p\d+/, 'name: replacing');
      assert.deepEqual((await load(project, { yaml: renamed, jobs: 'replace' })).body.jobsReplaced, ['build']);
    });

    it('is published with its schema', async () => {
      const schema = JSON.parse((await ann.send('get', '/api/v1/schemas/drover.yaml.json')).text ?? '{}');
      assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    });
  });

  it('X7 a snapshot is stored once under the digest of what it says, and refuses what cannot run', async () => {
    const pipeline = await make();
    const snapshot = async () => {
      const record = await controller.stores.pipelines.byId(pipeline.id);
      return controller.foundations.definitions.snapshot(record ?? assert.fail());
    };
    const first = await snapshot();
    const second = await snapshot();
    assert.deepEqual(first, second);
    if (!first.ok) throw new Error(first.detail);
    assert.deepEqual(await controller.stores.definitions.get(first.value.definitionId), first.value.snapshot);
    assert.deepEqual(
      first.value.snapshot.jobs.map(({ name }) => name),
      ['build'],
    );
  });
});
