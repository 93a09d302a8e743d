import { JobId, ProjectId } from '@drover/protocol';
import { Job, SaveJob } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { JobsService } from '../../../../services/jobs/jobs.js';
import { empty, json, route, type Route } from '../../route.js';

const tag = 'jobs';
const params = { jobId: JobId };

/** J1: jobs are seen by all members, changed by whoever may modify pipelines. */
export function jobRoutes({ jobs }: { readonly jobs: JobsService }): readonly Route[] {
  const of = async ({ jobId }: { jobId: JobId }) => {
    const record = await jobs.byId(jobId);
    return record && { projectId: record.projectId };
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects/:projectId/jobs',
      operationId: 'listJobs',
      summary: 'Jobs of a project, by name',
      tag,
      access: { project: 'view', of: ({ projectId }) => ({ projectId }) },
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
      access: { project: 'modify', of: ({ projectId }) => ({ projectId }) },
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: SaveJob },
      responses: { 201: { schema: Job } },
      async handler({ actor, params: { projectId }, body, creation }) {
        const created = await jobs.create(actor, { projectId, definition: body.definition, creation });
        return created.ok ? json(201, created.value, { Location: `/api/v1/jobs/${created.value.id}` }) : created;
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/jobs/:jobId',
      operationId: 'getJob',
      summary: 'One job, and where it is used',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Job } },
      async handler({ params: { jobId } }) {
        const job = await jobs.get(jobId);
        return job.ok ? json(200, job.value) : job;
      },
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
      async handler({ actor, params: { jobId }, body }) {
        const saved = await jobs.save(actor, jobId, body);
        return saved.ok ? json(200, saved.value) : saved;
      },
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
      async handler({ params: { jobId } }) {
        const removed = await jobs.remove(jobId);
        return removed.ok ? empty(204) : removed;
      },
    }),
  ];
}
