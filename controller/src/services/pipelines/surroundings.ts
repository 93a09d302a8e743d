import type { ProjectId } from '@drover/protocol';
import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import type { EndpointRecord } from '../../domain/endpoints/endpoint.js';
import type { Surroundings } from '../../domain/pipelines/validation/context.js';
import type { UserActor } from '../ports/access.js';
import type { PipelinePorts } from './pipeline-ports.js';

/** Names of the endpoints that a definition uses. */
export function endpointsUsed(definition: PipelineDefinition): ReadonlySet<string> {
  const ofSources = definition.sources.map(({ endpoint }) => endpoint);
  const ofTasks = definition.stages.flatMap(({ tasks }) =>
    tasks.map(({ executor }) => (executor?.type === 'docker' ? executor.registry : undefined)),
  );
  return new Set([...ofSources, ...ofTasks].filter((name) => name !== undefined));
}

const endpointsOfJobs = (jobs: readonly JobDefinition[]): readonly string[] =>
  jobs.flatMap(({ executor }) => (executor.type === 'docker' && executor.registry !== undefined ? [executor.registry] : []));

/**
 * What a definition is checked against when this person saves it. E2: he may name the endpoints that he may use,
 * and those that were named before (by the definition in its last version, and by the project's jobs).
 */
export async function surroundingsFor(
  ports: Pick<PipelinePorts, 'jobs' | 'endpoints' | 'settings' | 'access'>,
  about: {
    readonly actor: UserActor;
    readonly projectId: ProjectId;
    readonly before?: PipelineDefinition | undefined;
    readonly jobs?: readonly JobDefinition[];
  },
): Promise<Surroundings> {
  const { actor, projectId, before } = about;
  const stored = (await ports.jobs.ofProject(projectId)).map(({ definition }) => definition);
  const jobs = merged(stored, about.jobs ?? []);
  const endpoints = await ports.endpoints.ofProject(projectId);
  const manages = (await ports.access.permissions(actor, { projectId })).has('manage');
  const named = new Set([...(before ? endpointsUsed(before) : []), ...endpointsOfJobs(stored)]);
  const usable = endpoints.filter((endpoint) => manages || mayUse(actor, endpoint) || named.has(endpoint.name));
  return { jobs, endpoints: usable, allowedFolders: (await ports.settings.read()).allowedFolders };
}

/** E2: an endpoint is its creator's, and the managers'. */
export const mayUse = (actor: UserActor, endpoint: EndpointRecord): boolean => actor.administrator || endpoint.createdBy === actor.userId;

/** Jobs that come with the definition stand before those of the project with the same name. */
function merged(stored: readonly JobDefinition[], given: readonly JobDefinition[]): readonly JobDefinition[] {
  const names = new Set(given.map(({ name }) => name));
  return [...given, ...stored.filter(({ name }) => !names.has(name))];
}
