import { isIP } from 'node:net';
import { TokenId, type ProjectId } from '@drover/protocol';
import { AgentRegistered, RegisterAgent, agentRegistrationPath } from '@drover/protocol/agent';
import { AgentView, CreateRegistrationToken, RegistrationToken, RegistrationTokenCreated } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { Engine } from '../../../../services/engine/engine.js';
import { networkOf } from '../../../../domain/accounts/network.js';
import type { Access, UserActor } from '../../../../services/ports/access.js';
import type { TryLimiter } from '../../../../services/ports/crypto.js';
import { refused } from '../../../../services/result.js';
import { empty, emptyOf, json, jsonOf, route, type Route, type RouteRequest } from '../../route.js';

export interface RegistrationRouteParts {
  readonly engine: Pick<Engine, 'agents' | 'registrationTokens' | 'register'>;
  readonly access: Access;
  /** Registrations from one address that came to nothing. */
  readonly limiter: TryLimiter;
}

const tag = 'agents';
/** Strangers may send it, and it is held in memory until it has arrived: more than all labels of an agent take. */
const registrationBytes = 65_536;
const tooMany = (retryAfterSeconds: number) =>
  refused('tooManyRequests', `Too many registrations from this address failed; try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });

/** G1: how machines become agents, and cease to be. */
export function registrationRoutes(parts: RegistrationRouteParts): readonly Route[] {
  return [...tokenRoutes(parts), ...machineRoutes(parts)];
}

function tokenRoutes({ engine: { registrationTokens }, access }: RegistrationRouteParts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/registration-tokens',
      operationId: 'listRegistrationTokens',
      summary: 'Registration tokens: all for administrators, those of their projects for managers',
      tag,
      access: 'signedIn',
      responses: { 200: { schema: Type.Array(RegistrationToken) } },
      handler: async ({ actor }) => json(200, await registrationTokens.list(await managed(access, actor))),
    }),
    route({
      method: 'POST',
      path: '/api/v1/registration-tokens',
      operationId: 'createRegistrationToken',
      summary: 'Make a registration token; its secret is shown this once',
      tag,
      access: 'signedIn',
      body: { kind: 'json', schema: CreateRegistrationToken },
      responses: { 201: { schema: RegistrationTokenCreated } },
      async handler(request) {
        const { actor, body, creation, origin } = request;
        if (!(await mayManage(request, actor, body.projectId)))
          return refused('forbidden', 'Tokens for the whole farm are made by administrators, tokens for a project by its managers.');
        return jsonOf(201, await registrationTokens.create(actor, body, { creation, origin }));
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/registration-tokens/:tokenId',
      operationId: 'deleteRegistrationToken',
      summary: 'Delete a registration token; agents that used it stay',
      tag,
      access: 'signedIn',
      params: { tokenId: TokenId },
      responses: { 204: { description: 'deleted' } },
      async handler(request) {
        const token = await registrationTokens.read(request.params.tokenId);
        if (token === undefined || !(await mayManage(request, request.actor, token.projectId)))
          return refused('notFound', 'There is no such registration token.');
        await registrationTokens.remove(token._id);
        return empty(204);
      },
    }),
  ];
}

function machineRoutes({ engine, limiter }: RegistrationRouteParts): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/agent/register',
      operationId: 'registerAgent',
      summary: 'Make this machine an agent, with a registration token',
      tag,
      access: 'public',
      body: { kind: 'json', schema: RegisterAgent, limitBytes: registrationBytes },
      responses: { 201: { schema: AgentRegistered } },
      async handler({ body, address }) {
        const network = networkOf(address);
        const turn = await limiter.take(network);
        if (!turn.ok) return tooMany(turn.retryAfterSeconds);
        const registered = await engine.register(body, { isLocal: isLoopback(address) });
        if (registered.ok) await limiter.giveBack(network);
        return jsonOf(201, registered);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/agent/self',
      operationId: 'getSelf',
      summary: 'The agent itself, as the farm sees it',
      tag,
      access: 'agent',
      responses: { 200: { schema: AgentView } },
      handler: async ({ actor }) => jsonOf(200, await engine.agents.view(actor.agentId)),
    }),
    route({
      method: 'DELETE',
      path: agentRegistrationPath,
      operationId: 'unregisterAgent',
      summary: 'Leave the farm; the machine token is void from now on',
      tag,
      access: 'agent',
      responses: { 204: { description: 'removed' } },
      handler: async ({ actor }) => emptyOf(204, await engine.agents.remove(actor.agentId)),
    }),
  ];
}

type Asking = Pick<RouteRequest<'signedIn', unknown, unknown, unknown, unknown>, 'may'>;

async function mayManage({ may }: Asking, actor: UserActor, projectId: ProjectId | undefined): Promise<boolean> {
  return projectId === undefined ? actor.administrator && actor.scopes.has('administer') : may('manage', { projectId });
}

/** The projects whose tokens the person may see: where they may manage. */
async function managed(access: Access, actor: UserActor): Promise<'all' | ReadonlySet<ProjectId>> {
  const visible = await access.visibleProjects(actor);
  if (visible === 'all') return 'all';
  const asked = await Promise.all(
    [...visible].map(async (projectId) => ({ projectId, may: await access.permissions(actor, { projectId }) })),
  );
  return new Set(asked.flatMap(({ projectId, may }) => (may.has('manage') ? [projectId] : [])));
}

/** Whether a request came from this very machine. */
const isLoopback = (address: string): boolean => isIP(address) !== 0 && (address === '::1' || /^(::ffff:)?127\./.test(address));
