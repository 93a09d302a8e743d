import { JobId, ProjectId } from '@drover/protocol';
import { Job, SaveJob } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { JobsService } from '../../../../services/jobs/jobs.js';
import { createdAt, emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'jobs';
const params = { jobId: JobId };

const ofProject = ({ projectId }: { projectId: ProjectId }) => ({ projectId });

/** J1: jobs are seen by all members, changed by people who may modify pipelines. */
export function jobRoutes({ jobs }: { readonly jobs: JobsService }): readonly Route[] {
  return [...jobsOfProject(jobs), ...oneJob(jobs)];
}

function jobsOfProject(jobs: JobsService): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects/:projectId/jobs',
      operationId: 'listJobs',
      summary: 'Jobs of a project, by name',
      tag,
      access: { project: 'view', of: ofProject },
      params: { projectId: ProjectId },
      query: { search: Type.Optional(Type.String({ maxLength: 100 })) },
      responses: { 200: { schema: Type.Array(Job) } },
      handler: async ({ params: { projectId }, query }) => json(200, await jobs.list(projectId, query.search)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/jobs',
      operationId: 'createJob',
      summary: 'Make a job',
      tag,
      access: { project: 'modify', of: ofProject },
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: SaveJob },
      responses: { 201: { schema: Job } },
      handler: async ({ actor, params: { projectId }, body, creation }) =>
        createdAt('/api/v1/jobs', await jobs.create(actor, { projectId, definition: body.definition, creation })),
    }),
  ];
}

function oneJob(jobs: JobsService): readonly Route[] {
  const of = async ({ jobId }: { jobId: JobId }) => {
    const record = await jobs.byId(jobId);
    return record && { projectId: record.projectId };
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/jobs/:jobId',
      operationId: 'getJob',
      summary: 'One job, and where it is used',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Job } },
      handler: async ({ params: { jobId } }) => jsonOf(200, await jobs.get(jobId)),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/jobs/:jobId',
      operationId: 'saveJob',
      summary: 'Save a job',
      tag,
      access: { project: 'modify', of },
      params,
      body: { kind: 'json', schema: SaveJob },
      responses: { 200: { schema: Job } },
      handler: async ({ actor, params: { jobId }, body }) => jsonOf(200, await jobs.save(actor, jobId, body)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/jobs/:jobId',
      operationId: 'deleteJob',
      summary: 'Delete a job that no task calls',
      tag,
      access: { project: 'modify', of },
      params,
      responses: { 204: { description: 'Deleted.' } },
      handler: async ({ params: { jobId } }) => emptyOf(204, await jobs.remove(jobId)),
    }),
  ];
}
