import { TokenId } from '@drover/protocol';
import { ApiToken, ApiTokenCreated, ChangeMyself, ChangePassword, CreateApiToken, CurrentSession, User } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { ApiTokensService } from '../../../../services/accounts/api-tokens.js';
import type { SignInService } from '../../../../services/accounts/sign-in.js';
import type { UsersService } from '../../../../services/accounts/users.js';
import { emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'me';

export interface MeRouteParts {
  readonly users: UsersService;
  readonly signIn: SignInService;
  readonly apiTokens: ApiTokensService;
}

/** What a person does with their own account. */
export function meRoutes(parts: MeRouteParts): readonly Route[] {
  return [...ofAccount(parts), ...ofTokens(parts)];
}

function ofAccount({ users, signIn }: MeRouteParts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/me',
      operationId: 'me',
      summary: 'The person who asks',
      tag,
      access: 'signedIn',
      beforePasswordChange: true,
      responses: { 200: { schema: CurrentSession.properties.user } },
      async handler({ actor }) {
        const session = await signIn.current(actor);
        return session.ok ? json(200, session.value.user) : session;
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/v1/me',
      operationId: 'changeMe',
      summary: 'Change one’s display name or language',
      tag,
      access: 'signedIn',
      body: { kind: 'json', schema: ChangeMyself },
      responses: { 200: { schema: User } },
      handler: async ({ actor, body }) => jsonOf(200, await users.changeMyself(actor, body)),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/me/password',
      operationId: 'changeMyPassword',
      summary: 'Change one’s password; ends the person’s other sessions',
      tag,
      access: 'signedIn',
      tokenScope: 'session',
      beforePasswordChange: true,
      body: { kind: 'json', schema: ChangePassword, limitBytes: 10_000 },
      responses: { 204: { description: 'Changed.' } },
      handler: async ({ actor, body, signal }) => emptyOf(204, await users.changePassword(actor, body, signal)),
    }),
  ];
}

function ofTokens({ apiTokens }: MeRouteParts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/me/tokens',
      operationId: 'listMyTokens',
      summary: 'One’s API tokens, newest first',
      tag,
      access: 'signedIn',
      responses: { 200: { schema: Type.Array(ApiToken) } },
      handler: async ({ actor }) => json(200, await apiTokens.list(actor)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/me/tokens',
      operationId: 'createMyToken',
      summary: 'Make an API token; its secret is shown this once',
      tag,
      access: 'signedIn',
      tokenScope: 'session',
      body: { kind: 'json', schema: CreateApiToken },
      responses: { 201: { schema: ApiTokenCreated } },
      handler: async ({ actor, body, creation }) => jsonOf(201, await apiTokens.create(actor, body, creation)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/me/tokens/:tokenId',
      operationId: 'removeMyToken',
      summary: 'Remove an API token; it is good for nothing at once',
      tag,
      access: 'signedIn',
      params: { tokenId: TokenId },
      responses: { 204: { description: 'Removed.' } },
      handler: async ({ actor, params }) => emptyOf(204, await apiTokens.remove(actor, params.tokenId)),
    }),
  ];
}
