import type { Job, Pipeline, Project } from '@drover/protocol/api';
import type { JobDefinition, JobParameter, PipelineDefinition, Step, Task } from '@drover/protocol/definition';
import { assert } from 'chai';
import { writePipelineFile } from '../../../yaml/pipeline-files.js';
import {
  bodyOf,
  buildJob,
  controllerUnderTest,
  makeProject,
  onePipeline,
  type ControllerUnderTest,
  type Person,
} from '../../../../testing/controller-under-test.js';

const upload = { name: 'Publish', type: 'uploadPackage' as const, files: ['app'], package: 'app', version: '1' };
const uploading = (more: object): Step[] => [{ ...upload, ...more }];
const key: JobParameter = { name: 'KEY', type: 'string', value: 'plain', runtime: true };
const docker = (image: string) => ({ type: 'docker' as const, image });

describe('P3 fields that others can read', () => {
  let controller: ControllerUnderTest;
  let ann: Person;
  let project: Project;
  let number = 0;
  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
  });
  after(() => controller.close());
  beforeEach(async () => {
    project = await makeProject(ann, `shop ${(number += 1)}`);
  });

  const calling = (task: Partial<Task>): PipelineDefinition =>
    onePipeline({
      parameters: [
        { name: 'TOKEN', type: 'secret' },
        { name: 'PLAIN', type: 'string', value: 'x' },
      ],
      stages: [
        {
          key: 'build',
          name: 'Build',
          mode: 'serial',
          tasks: [{ key: 'compile', name: 'Compile', type: 'build', job: 'build', ...task }],
        },
      ],
    });
  const makeJob = async (definition: JobDefinition): Promise<Job> =>
    bodyOf(await ann.send('post', `/api/v1/projects/${project.id}/jobs`, { body: { definition } }));
  const savePipeline = (definition: PipelineDefinition) =>
    ann.send('post', `/api/v1/projects/${project.id}/pipelines`, { body: { definition } });

  // prettier-ignore
  const refused: Array<[title: string, job: Partial<JobDefinition>, task: Partial<Task>, path: string]> = [
    ['the package',                       { steps: uploading({ package: 'app-${TOKEN}' }) },     {},                                   '/job'],
    ['the version',                       { steps: uploading({ version: '${TOKEN}' }) },         {},                                   '/job'],
    ['the directory',                     { steps: uploading({ directory: 'a/${TOKEN}' }) },     {},                                   '/job'],
    ['a file',                            { steps: uploading({ files: ['a', '${TOKEN}.jar'] }) }, {},                                  '/job'],
    ['the folder of a checkout',          { steps: [{ name: 'Get', type: 'checkout', path: '${TOKEN}' }] }, {},                        '/job'],
    ['a working directory',               { steps: [{ name: 'Make', type: 'shell', script: 'make', workingDirectory: '${TOKEN}' }] }, {}, '/job'],
    ['the image of the job',              { executor: docker('tool:${TOKEN}') },                 {},                                   '/job'],
    ['the image of the task',             {},                                                    { executor: docker('tool:${TOKEN}') }, '/executor/image'],
    ['a parameter that the task fills',   { parameters: [key], steps: uploading({ version: '1.${KEY}' }) }, { parameters: { KEY: 'a${TOKEN}' } }, '/parameters/KEY'],
    ['a parameter’s default',             { parameters: [{ ...key, value: '${TOKEN}' }], steps: uploading({ version: '${KEY}' }) }, {}, '/job'],
    ['a parameter of the secret’s name',  { parameters: [{ ...key, name: 'TOKEN' }], steps: uploading({ version: '${TOKEN}' }) }, { parameters: { TOKEN: '${TOKEN}' } }, '/parameters/TOKEN'],
    ['a parameter in the task’s image',   { parameters: [{ ...key, value: '${TOKEN}' }] },       { executor: docker('tool:${KEY}') },  '/executor/image'],
  ];
  for (const [title, job, task, path] of refused) {
    it(`cannot refer to a secret: ${title}`, async () => {
      const definition = calling(task);
      const withSource = job.steps?.some(({ type }) => type === 'checkout') ? { sources: [{ type: 'git' as const, url: 'https://example.org/a.git', defaultBranch: 'main' }] } : {}; // prettier-ignore
      await makeJob(buildJob(job));
      const answer = await savePipeline({ ...definition, ...withSource });
      assert.deepEqual([answer.status, answer.body.errors?.length], [422, 1], answer.text);
      assert.equal(answer.body.errors[0].path, `/definition/stages/0/tasks/0${path}`);
      assert.match(answer.body.errors[0].message, /cannot refer to .*“TOKEN”.*: others can read the field/);
    });
  }

  // prettier-ignore
  const allowed: Array<[title: string, job: Partial<JobDefinition>, task: Partial<Task>]> = [
    ['a plain parameter in a field',                    { steps: uploading({ version: '${PLAIN}' }) },                                  {}],
    ['a secret for a script',                           { parameters: [key], steps: [{ name: 'Make', type: 'shell', script: 'echo "${TOKEN}"' }] }, { parameters: { KEY: '${TOKEN}' } }],
    ['a literal that looks like a reference',           { steps: uploading({ version: '$${TOKEN}' }) },                                 {}],
    ['a job’s plain parameter of the secret’s name',    { parameters: [{ ...key, name: 'TOKEN' }], steps: uploading({ version: '${TOKEN}' }) }, {}],
    ['a default that the task replaces',                { parameters: [{ ...key, value: '${TOKEN}' }], steps: uploading({ version: '${KEY}' }) }, { parameters: { KEY: '${PLAIN}' } }],
    ['an image of the job that the task replaces',      { executor: docker('tool:${TOKEN}') },                                          { executor: docker('tool') }],
  ];
  for (const [title, job, task] of allowed) {
    it(`may be saved: ${title}`, async () => {
      await makeJob(buildJob(job));
      const answer = await savePipeline(calling(task));
      assert.equal(answer.status, 201, answer.text);
    });
  }

  describe('of a job that is called already', () => {
    const leaking = buildJob({ parameters: [key], steps: uploading({ version: '${KEY}' }) });

    it('are refused when the job is saved, with who calls it', async () => {
      const job = await makeJob(buildJob({ parameters: [key] }));
      bodyOf<Pipeline>(await savePipeline(calling({ parameters: { KEY: '${TOKEN}' } })));
      const answer = await ann.send('put', `/api/v1/jobs/${job.id}`, { body: { definition: leaking } });
      assert.deepEqual([answer.status, answer.body.errors[0].path], [422, '/definition/steps/0/version']);
      assert.include(answer.body.errors[0].message, 'task “Compile” of “service”');
    });

    it('are refused when a file replaces the job', async () => {
      await makeJob(buildJob({ parameters: [key] }));
      bodyOf<Pipeline>(await savePipeline(calling({ parameters: { KEY: '${TOKEN}' } })));
      const yaml = writePipelineFile({ drover: 1, pipeline: onePipeline({ name: 'other' }), jobs: [leaking] });
      const answer = await ann.send('post', `/api/v1/projects/${project.id}/pipelines/import`, { body: { yaml, jobs: 'replace' } });
      assert.deepEqual([answer.status, answer.body.errors[0].path], [422, '/jobs/0/steps/0/version']);
    });
  });
});
