import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@drover/protocol/api';
import { createHelloService } from '../sample/hello-service.js';
import { droverJob, droverPipeline, helloJobs, helloPipeline } from '../sample/definitions.js';
import type { Api } from './api.js';

const run = promisify(execFile);

export interface Administrator {
  readonly name: string;
  readonly password: string;
}

/** The first administrator as the controller wrote it down; absent once somebody removed the file. */
export async function readAdministrator(controllerData: string): Promise<Administrator | undefined> {
  const path = join(controllerData, 'admin-password');
  return existsSync(path) ? { name: 'admin', password: (await readFile(path, 'utf8')).trim() } : undefined;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

const sampleProject = 'sample';

/** Makes the sample project with its two pipelines, as far as it isn't there, and starts the first run once. Each step may be repeated after a crash. */
export async function makeSample(
  api: Api,
  { sampleRepository, droverRepository }: { sampleRepository: string; droverRepository: string },
): Promise<{ readonly runId: string }> {
  await createHelloService(sampleRepository);
  await allowFolders(api, [sampleRepository, droverRepository]);
  const projectId = await findOrMake(await api.get<readonly Named[]>('/projects'), sampleProject, () =>
    api.post<Named>('/projects', { name: sampleProject, description: 'What Drover made at its first start.' }),
  );
  for (const definition of [...helloJobs, droverJob]) await makeJob(api, projectId, definition);
  const hello = await makePipeline(api, projectId, helloPipeline(sampleRepository), { sample: true });
  await makePipeline(api, projectId, droverPipeline(droverRepository, await branchOf(droverRepository)));
  const { id } = await api.post<{ id: string }>(`/pipelines/${hello}/runs`, {}, 'first-sample-run');
  return { runId: id };
}

async function allowFolders(api: Api, folders: readonly string[]): Promise<void> {
  const settings = await api.get<{ allowedFolders: readonly string[] }>('/settings');
  const allowedFolders = [...new Set([...settings.allowedFolders, ...folders])];
  if (allowedFolders.length > settings.allowedFolders.length) await api.put('/settings', { ...settings, allowedFolders });
}

async function findOrMake(known: readonly Named[], name: string, make: () => Promise<Named>): Promise<string> {
  return (known.find((item) => item.name === name) ?? (await make())).id;
}

async function makeJob(api: Api, projectId: string, definition: (typeof helloJobs)[number]): Promise<void> {
  const jobs = await api.get<ReadonlyArray<{ definition: { name: string } }>>(`/projects/${projectId}/jobs`);
  if (jobs.some((job) => job.definition.name === definition.name)) return;
  await api.post(`/projects/${projectId}/jobs`, { definition });
}

/** `sample`: its runs may go where tasks cannot be kept apart, as long as nobody changes it. */
async function makePipeline(
  api: Api,
  projectId: string,
  definition: ReturnType<typeof helloPipeline>,
  mark: { sample?: true } = {},
): Promise<string> {
  const { items } = await api.get<Page<Named>>(`/pipelines?projectId=${projectId}&pageSize=100`);
  return findOrMake(items, definition.name, () => api.post<Named>(`/projects/${projectId}/pipelines`, { definition, ...mark }));
}

async function branchOf(repository: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', repository, 'rev-parse', '--abbrev-ref', 'HEAD']);
    return stdout.trim() === 'HEAD' ? 'main' : stdout.trim();
  } catch {
    return 'main';
  }
}

/** A token with which one agent can register, for an hour. */
export async function registrationToken(api: Api): Promise<string> {
  const { secret } = await api.post<{ secret: string }>('/registration-tokens', { name: 'local agent', uses: 1, expiresInHours: 1 });
  return secret;
}
