import { ProjectId } from '@drover/protocol';
import { ChangeProject, CreateProject, Project } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { ProjectsService } from '../../../../services/projects/projects.js';
import { createdAt, emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'projects';
const params = { projectId: ProjectId };
const of = ({ projectId }: { projectId: ProjectId }) => ({ projectId });

export function projectRoutes({ projects }: { readonly projects: ProjectsService }): readonly Route[] {
  return [...allProjects(projects), ...oneProject(projects)];
}

function allProjects(projects: ProjectsService): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects',
      operationId: 'listProjects',
      summary: 'The projects that the person may see, by name',
      tag,
      access: 'signedIn',
      query: { search: Type.Optional(Type.String({ maxLength: 100 })) },
      responses: { 200: { schema: Type.Array(Project) } },
      handler: async ({ actor, query }) => json(200, await projects.view(actor, await projects.list(actor, query.search))),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects',
      operationId: 'createProject',
      summary: 'Make a project; you become its creator',
      tag,
      access: 'signedIn',
      body: { kind: 'json', schema: CreateProject },
      responses: { 201: { schema: Project } },
      handler: async ({ actor, body, creation }) => createdAt('/api/v1/projects', await projects.create(actor, body, creation)),
    }),
  ];
}

function oneProject(projects: ProjectsService): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects/:projectId',
      operationId: 'getProject',
      summary: 'One project',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Project } },
      handler: async ({ actor, params: { projectId } }) => jsonOf(200, await projects.get(actor, projectId)),
    }),
    route({
      method: 'PATCH',
      path: '/api/v1/projects/:projectId',
      operationId: 'changeProject',
      summary: 'Rename or describe a project',
      tag,
      access: { project: 'manage', of },
      params,
      body: { kind: 'json', schema: ChangeProject },
      responses: { 200: { schema: Project } },
      handler: async ({ actor, params: { projectId }, body }) => jsonOf(200, await projects.change(actor, projectId, body)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/projects/:projectId',
      operationId: 'deleteProject',
      summary: 'Delete a project of which nothing runs',
      tag,
      access: { project: 'manage', of },
      params,
      responses: { 204: { description: 'Deleted.' } },
      handler: async ({ params: { projectId } }) => emptyOf(204, await projects.remove(projectId)),
    }),
  ];
}
