import { EndpointId, ProjectId } from '@drover/protocol';
import { Endpoint, EndpointInput, EndpointTest, ListRefs, Refs } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { EndpointsService } from '../../../../services/endpoints/endpoints.js';
import type { RemotesService } from '../../../../services/endpoints/remotes.js';
import { empty, json, route, type Route } from '../../route.js';

const tag = 'endpoints';
const params = { endpointId: EndpointId };
const ofProject = ({ projectId }: { projectId: ProjectId }) => ({ projectId });

/** E1–E4: every member may make endpoints; one is seen and changed by who made it and by managers, which the service decides. */
export function endpointRoutes({
  endpoints,
  remotes,
}: {
  readonly endpoints: EndpointsService;
  readonly remotes: RemotesService;
}): readonly Route[] {
  const of = ({ endpointId }: { endpointId: EndpointId }) => endpoints.place(endpointId);
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
      async handler({ actor, params: { projectId }, body, creation }) {
        const created = await endpoints.create(actor, { projectId, input: body, creation });
        return created.ok ? json(201, created.value, { Location: `/api/v1/endpoints/${created.value.id}` }) : created;
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:endpointId',
      operationId: 'getEndpoint',
      summary: 'One endpoint, and where it is used',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Endpoint } },
      async handler({ actor, params: { endpointId } }) {
        const endpoint = await endpoints.get(actor, endpointId);
        return endpoint.ok ? json(200, endpoint.value) : endpoint;
      },
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
      async handler({ actor, params: { endpointId }, body }) {
        const saved = await endpoints.save(actor, endpointId, body);
        return saved.ok ? json(200, saved.value) : saved;
      },
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
      async handler({ actor, params: { endpointId } }) {
        const removed = await endpoints.remove(actor, endpointId);
        return removed.ok ? empty(204) : removed;
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/endpoints/:endpointId/test',
      operationId: 'testEndpoint',
      summary: 'Try the endpoint from the controller',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: EndpointTest } },
      async handler({ actor, params: { endpointId }, signal }) {
        const tested = await remotes.test(actor, endpointId, signal);
        return tested.ok ? json(200, tested.value) : tested;
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/refs',
      operationId: 'listRefs',
      summary: 'Branches and tags of a repository, from its remote',
      tag,
      access: { project: 'view', of: ofProject },
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: ListRefs },
      responses: { 200: { schema: Refs } },
      audited: false,
      async handler({ actor, params: { projectId }, body, signal }) {
        const refs = await remotes.refs(actor, { projectId, input: body, signal });
        return refs.ok ? json(200, refs.value) : refs;
      },
    }),
  ];
}
