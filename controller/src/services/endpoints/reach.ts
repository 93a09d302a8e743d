import type { ProjectId } from '@drover/protocol';
import type { JobDefinition } from '@drover/protocol/definition';
import type { EndpointRecord } from '../../domain/endpoints/endpoint.js';
import {
  endpointInReach,
  foreignImage,
  noEndpointInReach,
  referencesOfJob,
  type NamedEndpoint,
} from '../../domain/endpoints/references.js';
import type { FieldFault } from '../../domain/pipelines/validation/fault.js';
import type { Access, UserActor } from '../ports/access.js';
import type { EndpointStore } from '../ports/stores/projects.js';

export interface ReachPorts {
  readonly endpoints: EndpointStore;
  readonly access: Access;
}

/** E2: an endpoint is its creator's, and the managers'. */
export const mayUse = (actor: UserActor, endpoint: EndpointRecord): boolean => actor.administrator || endpoint.createdBy === actor.userId;

/** The project's endpoints, each with whether this person may use it. */
export async function endpointsFor(ports: ReachPorts, actor: UserActor, projectId: ProjectId): Promise<readonly NamedEndpoint[]> {
  const manages = (await ports.access.permissions(actor, { projectId })).has('manage');
  const records = await ports.endpoints.ofProject(projectId);
  return records.map((record) => named(record, manages || mayUse(actor, record)));
}

/** The endpoints that a saved definition is run with: its references were judged when it was saved, and the person who starts it learns nothing more. */
export const endpointsForRun = (records: readonly EndpointRecord[]): readonly NamedEndpoint[] =>
  records.map((record) => named(record, false));

const named = ({ _id, name, kind, url }: EndpointRecord, usable: boolean): NamedEndpoint => ({ _id, name, kind, url, usable });

/** E2: a job may name the endpoints that the person may use, and those that its last version named. `base` is the JSON pointer of the job. */
export function endpointFaultsOfJob(
  job: JobDefinition,
  { endpoints, before, base }: { endpoints: readonly NamedEndpoint[]; before?: JobDefinition | undefined; base: string },
): readonly FieldFault[] {
  const kept = before ? referencesOfJob(before) : [];
  return referencesOfJob(job).flatMap((reference) => {
    const endpoint = endpointInReach({ endpoints, kept }, reference);
    const message = endpoint === undefined ? noEndpointInReach(reference) : foreignImage(reference, endpoint);
    return message === undefined ? [] : [{ path: `${base}/executor/registry`, message }];
  });
}
