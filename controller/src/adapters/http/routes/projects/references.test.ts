import { asId, type PipelineId } from '@drover/protocol';
import type { Endpoint, Job, Pipeline, Project } from '@drover/protocol/api';
import type { JobDefinition, PipelineDefinition, PipelineFile } from '@drover/protocol/definition';
import { assert } from 'chai';
import type { Response } from 'supertest';
import { writePipelineFile } from '../../../yaml/pipeline-files.js';
import { endpointOfRun } from '../../../../services/ports/definitions.js';
import {
  bodyOf,
  buildJob,
  controllerUnderTest,
  makeProject,
  onePipeline,
  type ControllerUnderTest,
  type Person,
} from '../../../../testing/controller-under-test.js';

const [gitUrl, registryUrl] = ['https://git.example.org/team', 'https://registry.example.org'];
const docker = (registry: string) => ({ type: 'docker' as const, image: 'tool', registry });
const source = (endpoint: string, more: object = {}) => ({
  type: 'git' as const,
  alias: 'app',
  url: `${gitUrl}/app.git`,
  endpoint,
  defaultBranch: 'main',
  ...more,
});
const task = { key: 'compile', name: 'Compile', type: 'build' as const, job: 'build' };
/** An image that has a host, which may not be the endpoint's. */
const dockerOf = (image: string) => ({ type: 'docker' as const, image, registry: 'reg-of-ann' });
const withTask = (more: object) =>
  onePipeline({ stages: [{ key: 'build', name: 'Build', mode: 'serial', tasks: [{ ...task, ...more }] }] });
const bySource = (endpoint: string): PipelineDefinition => onePipeline({ name: 'probe', sources: [source(endpoint)] });
const byTask = (registry: string): PipelineDefinition => ({ ...withTask({ executor: docker(registry) }), name: 'probe' });
const byJob = (registry: string, name = 'probe'): JobDefinition => buildJob({ name, executor: docker(registry) });
const yaml = (file: Partial<PipelineFile>) =>
  writePipelineFile({
    drover: 1,
    pipeline: onePipeline({ name: 'imported', stages: withTask({ job: 'imported' }).stages }),
    ...file,
  });

describe('E2 references to endpoints', () => {
  let controller: ControllerUnderTest;
  let ann: Person;
  let bob: Person;
  let project: Project;
  let job: Job;
  let pipeline: Pipeline;
  const at = (rest: string) => `/api/v1/projects/${project.id}/${rest}`;
  const makeEndpoint = async (kind: 'git' | 'dockerRegistry', name: string, by = ann): Promise<Endpoint> =>
    bodyOf(
      await by.send('post', at('endpoints'), {
        body: { kind, name, url: kind === 'git' ? gitUrl : registryUrl, user: 'bot', password: `password of ${name}` },
      }),
    );
  const makePipeline = async (definition: PipelineDefinition): Promise<Pipeline> =>
    bodyOf(await ann.send('post', at('pipelines'), { body: { definition } }));
  const makeJob = async (definition: JobDefinition): Promise<Job> => bodyOf(await ann.send('post', at('jobs'), { body: { definition } }));

  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
    bob = await controller.person('bob');
  });
  after(() => controller.close());
  beforeEach(async function () {
    project = await makeProject(
      ann,
      this.currentTest?.title
        .replace(/[^\w ]/g, '')
        .slice(0, 60)
        .trim() ?? '',
    );
    await ann.send('post', at('members'), { body: { name: 'bob', roles: ['developer'] } });
    await makeEndpoint('git', 'git-of-ann');
    await makeEndpoint('dockerRegistry', 'reg-of-ann');
    job = await makeJob(buildJob());
    pipeline = await makePipeline(onePipeline());
  });

  describe('that a developer without permission makes are refused as names of nothing', () => {
    // prettier-ignore
    const doors: Array<[title: string, kind: 'git' | 'reg', send: (name: string) => Promise<Response>]> = [
      ['a new job',                      'reg', (name) => bob.send('post', at('jobs'), { body: { definition: byJob(name) } })],
      ['a changed job',                  'reg', (name) => bob.send('put', `/api/v1/jobs/${job.id}`, { body: { definition: byJob(name, 'build') } })],
      ['a source of a new pipeline',     'git', (name) => bob.send('post', at('pipelines'), { body: { definition: bySource(name) } })],
      ['a task of a new pipeline',       'reg', (name) => bob.send('post', at('pipelines'), { body: { definition: byTask(name) } })],
      ['a source of a changed pipeline', 'git', (name) => bob.send('put', `/api/v1/pipelines/${pipeline.id}`, { body: { definition: bySource(name) } })],
      ['a task of a changed pipeline',   'reg', (name) => bob.send('put', `/api/v1/pipelines/${pipeline.id}`, { body: { definition: byTask(name) } })],
      ['a source, only checked',         'git', (name) => bob.send('post', at('pipelines/validate'), { body: { definition: bySource(name) } })],
      ['a task, only checked',           'reg', (name) => bob.send('post', at('pipelines/validate'), { body: { definition: byTask(name) } })],
      ['a source, checked over another', 'git', (name) => bob.send('post', at('pipelines/validate'), { body: { definition: bySource(name), pipelineId: pipeline.id } })],
      ['a source of a copy',             'git', (name) => bob.send('post', at('pipelines'), { body: { definition: bySource(name), copyOf: pipeline.id } })],
      ['a job of a file',                'reg', (name) => bob.send('post', at('pipelines/import'), { body: { yaml: yaml({ jobs: [byJob(name, 'imported')] }) } })],
      ['a job of a file, dry',           'reg', (name) => bob.send('post', at('pipelines/import'), { body: { yaml: yaml({ jobs: [byJob(name, 'imported')] }), dryRun: true } })],
      ['a job of a file that replaces',  'reg', (name) => bob.send('post', at('pipelines/import'), { body: { yaml: yaml({ pipeline: onePipeline({ name: 'imported' }), jobs: [byJob(name, 'build')] }), jobs: 'replace' } })],
      ['a job of a file, other case',    'reg', (name) => bob.send('post', at('pipelines/import'), { body: { yaml: yaml({ pipeline: onePipeline({ name: 'imported' }), jobs: [byJob(name, 'BUILD')] }), jobs: 'replace' } })],
      ['a source of a file',             'git', (name) => bob.send('post', at('pipelines/import'), { body: { yaml: yaml({ pipeline: bySource(name) }) } })],
      ['a source of a file over another','git', (name) => bob.send('post', at('pipelines/import'), { body: { yaml: yaml({ pipeline: bySource(name) }), pipelineId: pipeline.id } })],
      ['a task of a file',               'reg', (name) => bob.send('post', at('pipelines/import'), { body: { yaml: yaml({ pipeline: byTask(name) }) } })],
      ['branches and tags',              'git', (name) => bob.send('post', at('refs'), { body: { url: `${gitUrl}/app.git`, endpoint: name } })],
    ];
    for (const [title, kind, send] of doors) {
      it(title, async () => {
        // the right kind, the wrong kind, another case, and nothing at all
        const [hidden, other, cased, nothing] = await Promise.all(
          [`${kind}-of-ann`, kind === 'git' ? 'reg-of-ann' : 'git-of-ann', `${kind.toUpperCase()}-of-ann`, 'nix-of-ann'].map(
            async (name) => {
              const { status, text } = await send(name);
              return { status, text: text.replaceAll(name, '…').replace(/"requestId":"\w+"/, '') };
            },
          ),
        );
        assert.oneOf(nothing?.status, [400, 422]);
        for (const answer of [hidden, other, cased]) assert.deepEqual(answer, nothing);
        assert.lengthOf((await ann.send('get', at('jobs'))).body, 1);
        assert.deepEqual((await ann.send('get', `/api/v1/jobs/${job.id}`)).body.definition, buildJob());
        assert.deepEqual((await ann.send('get', `/api/v1/pipelines/${pipeline.id}`)).body.definition, onePipeline());
      });
    }

    it('and ids of such endpoints are ids of nothing', async () => {
      const { id } = await makeEndpoint('git', 'other of ann');
      const input = { kind: 'git', name: 'mine', url: gitUrl };
      const answers = (endpointId: string) =>
        Promise.all([
          bob.send('get', `/api/v1/endpoints/${endpointId}`),
          bob.send('put', `/api/v1/endpoints/${endpointId}`, { body: input }),
          bob.send('delete', `/api/v1/endpoints/${endpointId}`),
          bob.send('post', `/api/v1/endpoints/${endpointId}/test`),
        ]).then((all) => all.map(({ status, body }) => ({ status, detail: body.detail })));
      assert.deepEqual(await answers(id), await answers('0'.repeat(26)));
    });
  });

  describe('of the version before', () => {
    const used = (more: Partial<PipelineDefinition> = {}) => ({
      ...withTask({ executor: docker('reg-of-ann') }),
      name: 'used',
      sources: [source('git-of-ann'), source('git-of-ann', { alias: 'lib', url: `${gitUrl}/lib.git` })],
      ...more,
    });
    // prettier-ignore
    const cases: Array<[title: string, status: number, more: Partial<PipelineDefinition>]> = [
      ['stay where nothing about them changes',                     200, { description: 'changed' }],
      ['stay when another branch is chosen',                        200, { sources: [source('git-of-ann', { defaultBranch: 'next' })] }],
      ['stay when sources change their order',                      200, { sources: [source('git-of-ann', { alias: 'lib', url: `${gitUrl}/lib.git` }), source('git-of-ann')] }],
      ['do not go along to another alias',                          422, { sources: [source('git-of-ann', { alias: 'other' })] }],
      ['do not open another repository',                            422, { sources: [source('git-of-ann', { url: `${gitUrl}/vault.git` })] }],
      ['do not go along to a further source',                       422, { sources: [source('git-of-ann'), source('git-of-ann', { alias: 'more' })] }],
      ['do not go along to another task',                           422, { stages: withTask({ key: 'other', executor: docker('reg-of-ann') }).stages }],
      ['stay when another version of the image is chosen',          200, { stages: withTask({ executor: { ...docker('reg-of-ann'), image: 'tool:2' } }).stages }],
      ['do not open another repository of the registry',            422, { stages: withTask({ executor: { ...docker('reg-of-ann'), image: 'vault' } }).stages }],
      ['do not go along to another registry',                       422, { stages: withTask({ executor: dockerOf('evil.example/tool') }).stages }],
      ['do not become registries',                                  422, { stages: withTask({ executor: docker('git-of-ann') }).stages }],
      ['do not become sources',                                     422, { sources: [source('reg-of-ann')] }],
    ];
    for (const [title, status, more] of cases) {
      it(title, async () => {
        const { id } = await makePipeline(used());
        const checked = await bob.send('post', at('pipelines/validate'), { body: { definition: used(more), pipelineId: id } });
        const saved = await bob.send('put', `/api/v1/pipelines/${id}`, { body: { definition: used(more) } });
        assert.deepEqual([checked.status, saved.status], [status === 200 ? 204 : status, status]);
      });
    }

    it('stay in a job, and in no other', async () => {
      const { id } = await makeJob(byJob('reg-of-ann'));
      const changed = { ...byJob('reg-of-ann'), executor: { ...docker('reg-of-ann'), image: 'tool:2' } };
      assert.equal((await bob.send('put', `/api/v1/jobs/${id}`, { body: { definition: changed } })).status, 200);
      assert.equal((await bob.send('post', at('jobs'), { body: { definition: byJob('reg-of-ann', 'second') } })).status, 422);
    });

    it('of a job do not open another image', async () => {
      const { id } = await makeJob(byJob('reg-of-ann'));
      for (const image of ['vault', 'evil.example/tool', '${IMAGE}'])
        assert.equal((await bob.send('put', `/api/v1/jobs/${id}`, { body: { definition: { ...byJob('reg-of-ann'), executor: dockerOf(image) } } })).status, 422, image); // prettier-ignore
    });

    it('of a job are not for a task to name, though every member may call the job', async () => {
      await makeJob(byJob('reg-of-ann'));
      const call = { ...withTask({ job: 'probe' }), name: 'calls' };
      const own = { ...withTask({ job: 'probe', executor: docker('reg-of-ann') }), name: 'names' };
      assert.equal((await bob.send('post', at('pipelines'), { body: { definition: call } })).status, 201);
      assert.equal((await bob.send('post', at('pipelines'), { body: { definition: own } })).status, 422);
    });

    it('do not tell where an endpoint leads that has moved since', async () => {
      const endpoint = await makeEndpoint('git', 'moving');
      const definition = onePipeline({ name: 'moved', sources: [source('moving')] });
      const { id } = await makePipeline(definition);
      const moved = { kind: 'git', name: 'moving', url: 'https://hidden.example.org', user: 'bot', password: 'another' };
      bodyOf(await ann.send('put', `/api/v1/endpoints/${endpoint.id}`, { body: moved }));
      const answer = await bob.send('put', `/api/v1/pipelines/${id}`, { body: { definition } });
      assert.equal(answer.status, 422);
      assert.notInclude(answer.text, 'hidden');
      const record = await controller.useCases.pipelines.record(asId<PipelineId>(id));
      assert.notInclude(JSON.stringify(record && (await controller.foundations.definitions.snapshot(record))), 'hidden');
    });
  });

  it('to a registry are for images in it: not even its owner sends the credentials elsewhere', async () => {
    const images: ReadonlyArray<readonly [image: string, isTaken: boolean]> = [
      ['registry.example.org/tool:1', true],
      ['${HOST}/tool', true],
      ['evil.example/tool', false],
      ['registry.example.org.evil.example/tool', false],
      ['registry.example.org:5000/tool', false],
      ['localhost/tool', false],
    ];
    for (const [image, isTaken] of images) {
      const [inJob, inTask] = [buildJob({ name: 'probe', executor: dockerOf(image), parameters: [{ name: 'HOST', type: 'string', value: 'x' }] }), withTask({ executor: dockerOf(image) })]; // prettier-ignore
      const answer = await ann.send('post', at('jobs'), { body: { definition: inJob } });
      assert.equal(answer.status, isTaken ? 201 : 422, image);
      if (!isTaken) assert.include(answer.text, 'its credentials are not sent to');
      else await ann.send('delete', `/api/v1/jobs/${bodyOf<Job>(answer).id}`);
      if (!isTaken) assert.equal((await ann.send('post', at('pipelines/validate'), { body: { definition: inTask } })).status, 422);
    }
  });

  it('X7 of a run stay with the endpoint of its start, no matter who takes the name later', async () => {
    const mine = await makeEndpoint('git', 'shared-name', bob);
    const definition = onePipeline({ name: 'long', sources: [source('shared-name')] });
    const { id } = bodyOf<Pipeline>(await bob.send('post', at('pipelines'), { body: { definition } }));
    const record = await controller.useCases.pipelines.record(asId<PipelineId>(id));
    const start = record && (await controller.foundations.definitions.snapshot(record));
    if (!start?.ok) throw new Error('The pipeline cannot start.');
    const reference = endpointOfRun(project.id, start.value.snapshot, 'shared-name');
    const open = () => controller.foundations.credentials.git(reference, `${gitUrl}/app.git`);
    assert.deepInclude(await open(), { password: 'password of shared-name' });

    bodyOf(await bob.send('put', `/api/v1/pipelines/${id}`, { body: { definition: { ...definition, sources: [] } } }));
    assert.equal((await bob.send('delete', `/api/v1/endpoints/${mine.id}`)).status, 204);
    await makeEndpoint('git', 'shared-name', ann);
    assert.isUndefined(await open());
    assert.isUndefined(await controller.foundations.credentials.git({ ...reference, id: (await makeEndpoint('git', 'x')).id, projectId: asId('other') }, gitUrl)); // prettier-ignore
  });

  it('of an old version that lead nowhere are told to the person who takes the name', async () => {
    const definition = byJob('Dangling');
    const { nameKey } = (await controller.stores.jobs.byId(job.id)) ?? {};
    await controller.stores.jobs.replace(job.id, 1, { definition, nameKey: nameKey ?? '', changedAt: 1, changedBy: asId(ann.id) });
    const taken = await ann.send('post', at('endpoints'), { body: { kind: 'dockerRegistry', name: 'dangling', url: registryUrl } });
    assert.deepEqual([taken.status, taken.body.code], [409, 'conflict']);
    assert.include(taken.body.detail, 'probe');
  });
});
