import { ProjectId, UserId } from '@drover/protocol';
import { AddMember, Member, SetMember } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { MembersService } from '../../../../services/projects/members.js';
import { emptyOf, jsonOf, route, type Route } from '../../route.js';

const tag = 'projects';
const ofProject = { projectId: ProjectId };
const ofMember = { projectId: ProjectId, userId: UserId };
const of = ({ projectId }: { projectId: ProjectId }) => ({ projectId });

export function memberRoutes({ members }: { readonly members: MembersService }): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects/:projectId/members',
      operationId: 'listMembers',
      summary: 'Members of a project with their roles',
      tag,
      access: { project: 'view', of },
      params: ofProject,
      responses: { 200: { schema: Type.Array(Member) } },
      handler: async ({ params }) => jsonOf(200, await members.list(params.projectId)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/members',
      operationId: 'addMember',
      summary: 'Add a user by name',
      tag,
      access: { project: 'manage', of },
      params: ofProject,
      body: { kind: 'json', schema: AddMember },
      responses: { 201: { schema: Member } },
      handler: async ({ params, body, creation }) =>
        jsonOf(201, await members.add(params.projectId, { ...body, isRepeat: creation.isRepeat })),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/projects/:projectId/members/:userId',
      operationId: 'setMember',
      summary: 'Set the roles of a member',
      tag,
      access: { project: 'manage', of },
      params: ofMember,
      body: { kind: 'json', schema: SetMember },
      responses: { 200: { schema: Member } },
      handler: async ({ params, body }) => jsonOf(200, await members.set(params.projectId, params.userId, body.roles)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/projects/:projectId/members/:userId',
      operationId: 'removeMember',
      summary: 'Remove a member; not the creator',
      tag,
      access: { project: 'manage', of },
      params: ofMember,
      responses: { 204: { description: 'Removed.' } },
      handler: async ({ params }) => emptyOf(204, await members.remove(params.projectId, params.userId)),
    }),
  ];
}
