import type { ProjectId } from '@drover/protocol';
import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import { referencesOfPipeline } from '../../domain/endpoints/references.js';
import type { Surroundings } from '../../domain/pipelines/validation/context.js';
import { endpointsFor } from '../endpoints/reach.js';
import type { UserActor } from '../ports/access.js';
import type { PipelinePorts } from './pipeline-ports.js';

/** What a definition is checked against when this person saves it. */
export async function surroundingsFor(
  ports: Pick<PipelinePorts, 'jobs' | 'endpoints' | 'settings' | 'access'>,
  about: {
    readonly actor: UserActor;
    readonly projectId: ProjectId;
    readonly before?: PipelineDefinition | undefined;
    readonly jobs?: readonly JobDefinition[];
  },
): Promise<Surroundings> {
  const { actor, projectId, before, jobs: newJobs = [] } = about;
  const stored = (await ports.jobs.ofProject(projectId)).map(({ definition }) => definition);
  return {
    jobs: merged(stored, newJobs),
    newJobs,
    endpoints: { endpoints: await endpointsFor(ports, actor, projectId), kept: before ? referencesOfPipeline(before) : [] },
    allowedFolders: (await ports.settings.read()).allowedFolders,
  };
}

/** Jobs that come with the definition stand before those of the project with the same name. */
function merged(stored: readonly JobDefinition[], given: readonly JobDefinition[]): readonly JobDefinition[] {
  const names = new Set(given.map(({ name }) => name));
  return [...given, ...stored.filter(({ name }) => !names.has(name))];
}
