import { UserId } from '@drover/protocol';
import { ChangeUser, CreateUser, User } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { UsersService } from '../../../../services/accounts/users.js';
import { emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'users';

/** A1: administrators manage the accounts. */
export function userRoutes({ users }: { readonly users: UsersService }): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/users',
      operationId: 'listUsers',
      summary: 'All users, by name',
      tag,
      access: 'administrator',
      responses: { 200: { schema: Type.Array(User) } },
      handler: async () => json(200, await users.all()),
    }),
    route({
      method: 'POST',
      path: '/api/v1/users',
      operationId: 'createUser',
      summary: 'Make a user, who chooses a password of their own at first',
      tag,
      access: 'administrator',
      body: { kind: 'json', schema: CreateUser, limitBytes: 10_000 },
      responses: { 201: { schema: User } },
      handler: async ({ body, creation }) => jsonOf(201, await users.create(body, creation)),
    }),
    route({
      method: 'PATCH',
      path: '/api/v1/users/:userId',
      operationId: 'changeUser',
      summary: 'Change a user; a new password or being disabled ends their sessions',
      tag,
      access: 'administrator',
      params: { userId: UserId },
      body: { kind: 'json', schema: ChangeUser, limitBytes: 10_000 },
      responses: { 200: { schema: User } },
      handler: async ({ params, body }) => jsonOf(200, await users.changeUser(params.userId, body)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/users/:userId',
      operationId: 'deleteUser',
      summary: 'Delete a user with their sessions, tokens and memberships; what they did keeps their id',
      tag,
      access: 'administrator',
      params: { userId: UserId },
      responses: { 204: { description: 'Deleted.' } },
      handler: async ({ actor, params }) => emptyOf(204, await users.remove(actor, params.userId)),
    }),
  ];
}
