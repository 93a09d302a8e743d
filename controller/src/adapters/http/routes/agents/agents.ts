import { AgentId } from '@drover/protocol';
import { AgentView, ChangeAgent, FarmView, Page, pageQuery, QueueItem } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { AgentService } from '../../../../services/agents/agent-service.js';
import type { Queue } from '../../../../services/placing/queue.js';
import type { Access } from '../../../../services/ports/access.js';
import { emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'agents';
const params = { agentId: AgentId };

export interface AgentRouteParts {
  readonly agents: AgentService;
  readonly queue: Queue;
  readonly access: Access;
}

/** G5: seen by all who are signed in, as far as their projects reach; changed by administrators. */
export function agentRoutes({ agents, queue, access }: AgentRouteParts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/agents',
      operationId: 'listAgents',
      summary: 'Agents that work for the farm or for a project of yours, by name',
      tag,
      access: 'signedIn',
      responses: { 200: { schema: Type.Array(AgentView) } },
      handler: async ({ actor }) => json(200, await agents.list(await access.visibleProjects(actor))),
    }),
    route({
      method: 'GET',
      path: '/api/v1/agents/:agentId',
      operationId: 'getAgent',
      summary: 'One agent',
      tag,
      access: 'signedIn',
      params,
      responses: { 200: { schema: AgentView } },
      handler: async ({ actor, params: { agentId } }) => jsonOf(200, await agents.view(agentId, await access.visibleProjects(actor))),
    }),
    ...changes(agents),
    route({
      method: 'GET',
      path: '/api/v1/farm',
      operationId: 'getFarm',
      summary: 'Slots of the farm, busy ones, and what waits',
      tag,
      access: 'signedIn',
      responses: { 200: { schema: FarmView } },
      handler: async ({ actor }) => json(200, agents.farm(await access.visibleProjects(actor))),
    }),
    route({
      method: 'GET',
      path: '/api/v1/queue',
      operationId: 'listQueue',
      summary: 'What waits in your projects: tasks in the order in which they will be placed, then runs',
      tag,
      access: 'signedIn',
      query: pageQuery,
      responses: { 200: { schema: Page(QueueItem) } },
      handler: async ({ actor, query }) => json(200, await queue.list(await access.visibleProjects(actor), query)),
    }),
  ];
}

function changes(agents: AgentService): readonly Route[] {
  return [
    route({
      method: 'PATCH',
      path: '/api/v1/agents/:agentId',
      operationId: 'changeAgent',
      summary: 'Rename, label, resize, enable or disable (drain) an agent',
      tag,
      access: 'administrator',
      params,
      body: { kind: 'json', schema: ChangeAgent },
      responses: { 200: { schema: AgentView } },
      handler: async ({ params: { agentId }, body }) => jsonOf(200, await agents.change(agentId, body)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/agents/:agentId/approve',
      operationId: 'approveAgent',
      summary: 'Let a new agent work',
      tag,
      access: 'administrator',
      params,
      responses: { 200: { schema: AgentView } },
      handler: async ({ params: { agentId } }) => jsonOf(200, await agents.approve(agentId)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/agents/:agentId',
      operationId: 'removeAgent',
      summary: 'Remove an agent: its token is void, what it held is treated by its recovery policy',
      tag,
      access: 'administrator',
      params,
      responses: { 204: { description: 'removed' } },
      handler: async ({ params: { agentId } }) => emptyOf(204, await agents.remove(agentId)),
    }),
  ];
}
