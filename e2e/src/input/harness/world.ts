import { createHash } from 'node:crypto';
import type { Endpoint, Job, Pipeline, Project, RegistrationTokenCreated, RunView, SessionView, User } from '@drover/protocol/api';
import type { Api } from '../../testing/api.js';
import { job, makePipeline, makeProject, oneTask, shell } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import { simulatedFacts } from '../../testing/simulated/simulated-machine.js';

export const password = 'correct horse battery';

/** One of everything that a path of the API can name, in one project. */
export interface World {
  readonly project: Project;
  readonly pipeline: Pipeline;
  /** What stands for `{projectId}` and its like. */
  readonly ids: Readonly<Record<string, string>>;
  /** Of an agent that is registered for the project, and not connected. */
  readonly agentToken: string;
}

export async function makeWorld(farm: Farm): Promise<World> {
  const { api } = farm;
  const project = await makeProject(farm);
  const pipeline = await makePipeline(farm, project, { jobs: [job('script', [shell('true')])], pipeline: oneTask('script', 'script') });
  const [calledJob] = await api.get<readonly Job[]>(`/projects/${project.id}/jobs`);
  const endpoint = await api.post<Endpoint>(`/projects/${project.id}/endpoints`, { kind: 'git', name: 'host', url: 'https://git.example' });
  const user = await makeUser(farm, `member-${project.id}`);
  await api.post(`/projects/${project.id}/members`, { name: user.name, roles: ['viewer'] });
  const { token, secret } = await api.post<RegistrationTokenCreated>('/registration-tokens', {
    name: 'hostile',
    projectId: project.id,
    uses: 10,
    expiresInHours: 1,
  });
  const agent = await registerAgent(farm, secret, `agent-${project.id}`);
  const run = await api.post<RunView>(`/pipelines/${pipeline.id}/runs`, {});
  const apiToken = await api.post<{ token: { id: string } }>('/me/tokens', { name: 'walk', scopes: ['read'] });
  const [session] = await api.get<readonly SessionView[]>('/sessions');
  return {
    project,
    pipeline,
    agentToken: agent.token,
    ids: {
      projectId: project.id,
      pipelineId: pipeline.id,
      jobId: calledJob?.id ?? '',
      endpointId: endpoint.id,
      userId: user.id,
      agentId: agent.agentId,
      runId: run.id,
      number: String(run.number),
      attemptId: `${run.id}.work.1`,
      packageId: await uploadPackage(api, project.id),
      uploadId: (await beginUpload(api, project.id, 'begun')).uploadId,
      tokenId: token.id,
      apiTokenId: apiToken.token.id,
      sessionId: session?.id ?? '',
    },
  };
}

export const makeUser = (farm: Farm, name: string): Promise<User> => farm.api.post<User>('/users', { name, password });

export async function registerAgent(farm: Farm, token: string, name: string): Promise<Registered> {
  return farm.api.post<Registered>('/agent/register', { token, name, labels: [], slots: 1, protocolVersion: 1, facts: simulatedFacts });
}

interface Registered {
  readonly agentId: string;
  readonly token: string;
}

const content = Buffer.from('content');

export const beginUpload = (api: Api, projectId: string, name: string): Promise<{ uploadId: string }> =>
  api.post<{ uploadId: string }>(`/projects/${projectId}/uploads`, {
    directory: 'given',
    name,
    version: '1',
    fileName: 'file.txt',
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });

async function uploadPackage(api: Api, projectId: string): Promise<string> {
  const { uploadId } = await beginUpload(api, projectId, 'whole');
  await api.raw('PUT', `/uploads/${uploadId}/bytes`, {
    body: content,
    headers: { 'content-type': 'application/octet-stream', 'upload-offset': '0' },
  });
  return (await api.post<{ id: string }>(`/uploads/${uploadId}/complete`, undefined)).id;
}
