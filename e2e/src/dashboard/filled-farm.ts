import type { Job, Pipeline, Project, RunView } from '@drover/protocol/api';
import type { PipelineDefinition } from '@drover/protocol/definition';
import { job, makePipeline, makeProject, oneTask, shell } from '../testing/definitions.js';
import type { Farm } from '../testing/farm.js';

/** What lies on the pages of a farm that is in use. */
export interface Filled {
  readonly project: Project;
  /** Has two stages, a parameter, and a run that failed in the second one. */
  readonly pipeline: Pipeline;
  readonly job: Job;
  readonly failed: RunView;
  readonly running: RunView;
  /** Waits for an agent that does not exist. */
  readonly waiting: RunView;
  /** Of `vic`, who may look at the project and nothing more. */
  readonly viewerPassword: string;
}

const viewerPassword = 'a password for the tests';

const colours = 'for c in 31 32 33 34 35 36 90 91; do printf "\\033[${c}mcolour $c\\033[0m \\033[1;${c}mbold\\033[0m\\n"; done';
const parameters = [{ name: 'WHO', type: 'string', value: 'you', runtime: true }] as const;

const jobs = [
  job(
    'make',
    [
      shell(`${colours}; mkdir out; echo "hello $WHO" > out/tool.txt`, { name: 'Make' }),
      {
        type: 'uploadPackage',
        name: 'Upload',
        files: ['out/*.txt'],
        package: 'tool',
        version: '1.0.${PIPELINE_NUMBER}',
        directory: 'made',
      },
    ],
    { parameters: [...parameters] },
  ),
  job('check', [shell('seq 1 200; echo "error: no such unit"; exit 3', { name: 'Check' })]),
  job('wait', [shell('echo begun; sleep 1000', { name: 'Wait' })]),
  job('needs', [shell('true')], { labels: ['no-such-label'] }),
];

const stage = (key: string, calls: string): PipelineDefinition['stages'][number] => ({
  key,
  name: key,
  mode: 'parallel',
  tasks: ['one', 'two'].map((task) => ({ key: `${key}-${task}`, name: task, type: 'build', job: calls })),
});

/** Puts something on every page of the dashboard: runs in several states, packages, agents, people, endpoints, tokens. */
export async function fill(farm: Farm): Promise<Filled> {
  await farm.addAgent({ name: 'lin-01', slots: 4 });
  const project = await makeProject(farm);
  const pipeline = await makePipeline(farm, project, {
    jobs,
    pipeline: oneTask('web-app', 'make', { parameters: [...parameters], stages: [stage('build', 'make'), stage('check', 'check')] }),
  });
  const slow = await makePipeline(farm, project, { jobs: [], pipeline: oneTask('slow', 'wait') });
  const never = await makePipeline(farm, project, { jobs: [], pipeline: oneTask('impossible', 'needs') });
  const [failed, running, waiting] = await Promise.all(
    [pipeline, slow, never].map(({ id }) => farm.api.post<RunView>(`/pipelines/${id}/runs`, {})),
  );
  await farm.api.put(`/pipelines/${pipeline.id}/favourite`, {});
  await farm.api.post(`/projects/${project.id}/endpoints`, { kind: 'git', name: 'host', url: 'https://git.example.org' });
  await farm.api.post('/users', { name: 'ana.silva', password: 'a password for the tests', administrator: false });
  await farm.api.post('/users', { name: 'vic', password: viewerPassword, administrator: false });
  await farm.api.post(`/projects/${project.id}/members`, { name: 'vic', roles: ['viewer'] });
  await farm.api.post('/registration-tokens', { name: 'rack', uses: 3, expiresInHours: 24 });
  const [called] = await farm.api.get<readonly Job[]>(`/projects/${project.id}/jobs`);
  if (failed === undefined || running === undefined || waiting === undefined || called === undefined)
    throw new Error('the farm is not filled');
  await farm.finished(failed.id);
  return { project, pipeline, job: called, failed, running, waiting, viewerPassword };
}
