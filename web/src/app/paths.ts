/** Addresses of the pages; the router has the same shapes. */
export const paths = {
  signIn: '/sign-in',
  pipelines: '/pipelines',
  newPipeline: (projectId?: string) => (projectId === undefined ? '/pipelines/new' : `/pipelines/new?project=${projectId}`),
  copyPipeline: (id: string) => `/pipelines/new?copy=${id}`,
  history: (pipelineId: string) => `/pipelines/${pipelineId}`,
  edit: (pipelineId: string, tab?: string) => `/pipelines/${pipelineId}/edit${tab === undefined ? '' : `/${tab}`}`,
  run: (pipelineId: string, runNumber: number, task?: string) =>
    `/pipelines/${pipelineId}/runs/${runNumber}${task === undefined ? '' : `?task=${encodeURIComponent(task)}`}`,
  stage: (pipelineId: string, runNumber: number, stage: string) =>
    `/pipelines/${pipelineId}/runs/${runNumber}?stage=${encodeURIComponent(stage)}`,
  runById: (runId: string) => `/runs/${runId}`,
  projects: '/projects',
  projectPipelines: (id: string) => `/pipelines?project=${id}`,
  packages: (projectId: string) => `/projects/${projectId}/packages`,
  jobs: (projectId: string) => `/projects/${projectId}/jobs`,
  newJob: (projectId: string) => `/projects/${projectId}/jobs/new`,
  job: (projectId: string, jobId: string) => `/projects/${projectId}/jobs/${jobId}`,
  endpoints: (projectId: string) => `/projects/${projectId}/endpoints`,
  members: (projectId: string) => `/projects/${projectId}/members`,
  agents: '/agents',
  users: '/users',
  settings: '/settings',
  account: '/account',
} as const;
