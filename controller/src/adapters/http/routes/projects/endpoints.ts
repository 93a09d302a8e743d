import { EndpointId, ProjectId } from '@drover/protocol';
import { Endpoint, EndpointInput, EndpointTest, ListRefs, Refs, TestEndpoint } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { EndpointsService } from '../../../../services/endpoints/endpoints.js';
import type { RemotesService } from '../../../../services/endpoints/remotes.js';
import { createdAt, emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'endpoints';
const params = { endpointId: EndpointId };
const ofProject = ({ projectId }: { projectId: ProjectId }) => ({ projectId });

export interface EndpointRouteParts {
  readonly endpoints: EndpointsService;
  readonly remotes: RemotesService;
}

/** E1–E4: every member may make endpoints; one is seen and changed by who made it and by managers, which the service decides. */
export function endpointRoutes(parts: EndpointRouteParts): readonly Route[] {
  return [...endpointsOfProject(parts), ...oneEndpoint(parts), ...remotesBehind(parts)];
}

function endpointsOfProject({ endpoints }: EndpointRouteParts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects/:projectId/endpoints',
      operationId: 'listEndpoints',
      summary: 'Endpoints of a project that the person may see',
      tag,
      access: { project: 'view', of: ofProject },
      params: { projectId: ProjectId },
      responses: { 200: { schema: Type.Array(Endpoint) } },
      handler: async ({ actor, params: { projectId } }) => json(200, await endpoints.list(actor, projectId)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/endpoints',
      operationId: 'createEndpoint',
      summary: 'Make an endpoint; its credentials are kept encrypted and never shown',
      tag,
      access: { project: 'view', of: ofProject },
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: EndpointInput },
      responses: { 201: { schema: Endpoint } },
      handler: async ({ actor, params: { projectId }, body, creation }) =>
        createdAt('/api/v1/endpoints', await endpoints.create(actor, { projectId, input: body, creation })),
    }),
  ];
}

const placeOf =
  (endpoints: EndpointsService) =>
  ({ endpointId }: { endpointId: EndpointId }) =>
    endpoints.place(endpointId);

function oneEndpoint({ endpoints }: EndpointRouteParts): readonly Route[] {
  const of = placeOf(endpoints);
  return [
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:endpointId',
      operationId: 'getEndpoint',
      summary: 'One endpoint, and where it is used',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Endpoint } },
      handler: async ({ actor, params: { endpointId } }) => jsonOf(200, await endpoints.get(actor, endpointId)),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/endpoints/:endpointId',
      operationId: 'saveEndpoint',
      summary: 'Save an endpoint; absent credentials stay, empty ones are removed',
      tag,
      access: { project: 'view', of },
      params,
      body: { kind: 'json', schema: EndpointInput },
      responses: { 200: { schema: Endpoint } },
      handler: async ({ actor, params: { endpointId }, body }) => jsonOf(200, await endpoints.save(actor, endpointId, body)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/endpoints/:endpointId',
      operationId: 'deleteEndpoint',
      summary: 'Delete an endpoint that nothing uses',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 204: { description: 'Deleted.' } },
      handler: async ({ actor, params: { endpointId } }) => emptyOf(204, await endpoints.remove(actor, endpointId)),
    }),
  ];
}

/** What the controller asks of the machines that endpoints and sources name. */
function remotesBehind({ endpoints, remotes }: EndpointRouteParts): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/endpoints/:endpointId/test',
      operationId: 'testEndpoint',
      summary: 'Try the endpoint from the controller; a Git endpoint for a whole host needs a repository of that host',
      tag,
      access: { project: 'view', of: placeOf(endpoints) },
      params,
      body: { kind: 'json', schema: TestEndpoint, limitBytes: 10_000, mayBeAbsent: true },
      responses: { 200: { schema: EndpointTest } },
      handler: async ({ actor, params: { endpointId }, body, signal }) =>
        jsonOf(200, await remotes.test(actor, { endpointId, repository: body.repository, signal })),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/refs',
      operationId: 'listRefs',
      summary: 'Branches and tags of a repository, from its remote',
      tag,
      access: { project: 'execute', of: ofProject }, // any address but those of pipelines: modify, which the service decides
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: ListRefs },
      responses: { 200: { schema: Refs } },
      audited: false,
      handler: async ({ actor, params: { projectId }, body, signal }) =>
        jsonOf(200, await remotes.refs(actor, { projectId, input: body, signal })),
    }),
  ];
}
