import type { JobDefinition, PipelineDefinition, Step } from '@drover/protocol/definition';
import type { Job, Pipeline, Project, RunView } from '@drover/protocol/api';
import type { Farm } from './farm.js';

export const shell = (script: string, more: Partial<Step> = {}): Step => ({ name: 'Script', ...more, type: 'shell', script });

export const job = (name: string, steps: readonly Step[], more: Partial<JobDefinition> = {}): JobDefinition => ({
  name,
  kind: 'build',
  parameters: [],
  steps: [...steps],
  labels: [],
  executor: { type: 'shell' },
  ...more,
});

/** A pipeline of one stage whose one task, `work`, calls the job of this name. */
export const oneTask = (name: string, jobName: string, more: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  name,
  sources: [],
  parameters: [],
  stages: [{ key: 'main', name: 'Main', mode: 'serial', tasks: [{ key: 'work', name: 'Work', type: 'build', job: jobName }] }],
  ...more,
});

let made = 0;

/** A project with a name that no other has. */
export async function makeProject(farm: Pick<Farm, 'api'>): Promise<Project> {
  made += 1;
  return farm.api.post<Project>('/projects', { name: `project-${process.pid}-${made}` });
}

/** Saves the jobs and the pipeline in a project. */
export async function makePipeline(
  farm: Pick<Farm, 'api'>,
  project: Project,
  { jobs, pipeline, secrets }: { jobs: readonly JobDefinition[]; pipeline: PipelineDefinition; secrets?: Record<string, string> },
): Promise<Pipeline> {
  for (const definition of jobs) await farm.api.post<Job>(`/projects/${project.id}/jobs`, { definition });
  return farm.api.post<Pipeline>(`/projects/${project.id}/pipelines`, {
    definition: pipeline,
    ...(secrets === undefined ? {} : { secrets }),
  });
}

/** A pipeline with one task that runs this script, in a project of its own. */
export async function makeScript(farm: Pick<Farm, 'api'>, script: string, more: Partial<JobDefinition> = {}): Promise<Pipeline> {
  const project = await makeProject(farm);
  return makePipeline(farm, project, { jobs: [job('script', [shell(script)], more)], pipeline: oneTask('script', 'script') });
}

export const startRun = (farm: Pick<Farm, 'api'>, pipelineId: string, body: object = {}): Promise<RunView> =>
  farm.api.post<RunView>(`/pipelines/${pipelineId}/runs`, body);
