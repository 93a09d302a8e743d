import { ProjectId, UserId } from '@drover/protocol';
import { AddMember, Member, SetMember } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { MembersService } from '../../../../services/projects/members.js';
import { empty, json, route, type Route } from '../../route.js';

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
      async handler({ params }) {
        const list = await members.list(params.projectId);
        return list.ok ? json(200, list.value) : list;
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/members',
      operationId: 'addMember',
      summary: 'Add a user by his name',
      tag,
      access: { project: 'manage', of },
      params: ofProject,
      body: { kind: 'json', schema: AddMember },
      responses: { 201: { schema: Member } },
      async handler({ params, body, creation }) {
        const added = await members.add(params.projectId, { ...body, isRepeat: creation.isRepeat });
        return added.ok ? json(201, added.value) : added;
      },
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
      async handler({ params, body }) {
        const set = await members.set(params.projectId, params.userId, body.roles);
        return set.ok ? json(200, set.value) : set;
      },
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
      async handler({ params }) {
        const removed = await members.remove(params.projectId, params.userId);
        return removed.ok ? empty(204) : removed;
      },
    }),
  ];
}
