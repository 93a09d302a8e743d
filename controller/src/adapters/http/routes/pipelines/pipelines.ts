import { PipelineId, ProjectId } from '@drover/protocol';
import { Page, Pipeline, pipelineListQuery, PipelineRow, PipelineTally, SavePipeline } from '@drover/protocol/api';
import type { ListingService } from '../../../../services/pipelines/listing.js';
import type { PipelinesService } from '../../../../services/pipelines/pipelines.js';
import { refusalOf } from '../../../../services/pipelines/saving.js';
import { empty, json, route, type Route } from '../../route.js';

const tag = 'pipelines';
const params = { pipelineId: PipelineId };
const ofProject = ({ projectId }: { projectId: ProjectId }) => ({ projectId });

export function pipelineRoutes({
  pipelines,
  listing,
}: {
  readonly pipelines: PipelinesService;
  readonly listing: ListingService;
}): readonly Route[] {
  const of = ({ pipelineId }: { pipelineId: PipelineId }) => pipelines.place(pipelineId);
  return [
    route({
      method: 'GET',
      path: '/api/v1/pipelines',
      operationId: 'listPipelines',
      summary: 'A page of the pipelines that the person may see (L1–L4)',
      tag,
      access: 'signedIn',
      query: pipelineListQuery,
      responses: { 200: { schema: Page(PipelineRow) } },
      handler: async ({ actor, query }) => json(200, await listing.list(actor, query)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipelines/tally',
      operationId: 'tallyPipelines',
      summary: 'What runs, waits and failed today, over all that the person may see',
      tag,
      access: 'signedIn',
      responses: { 200: { schema: PipelineTally } },
      handler: async ({ actor }) => json(200, await listing.tally(actor)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/pipelines',
      operationId: 'createPipeline',
      summary: 'Make a pipeline',
      tag,
      access: { project: 'modify', of: ofProject },
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: SavePipeline, limitBytes: 4_194_304 },
      responses: { 201: { schema: Pipeline } },
      async handler({ actor, params: { projectId }, body, creation }) {
        const created = await pipelines.create(actor, { projectId, input: body, creation });
        return created.ok ? json(201, created.value, { Location: `/api/v1/pipelines/${created.value.id}` }) : created;
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/pipelines/validate',
      operationId: 'validatePipeline',
      summary: 'Check a pipeline without saving it: what saving would refuse is refused here',
      tag,
      access: { project: 'view', of: ofProject },
      tokenScope: 'read',
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: SavePipeline, limitBytes: 4_194_304 },
      responses: { 204: { description: 'It is valid.' } },
      audited: false,
      handler: async ({ actor, params: { projectId }, body }) =>
        refusalOf(await pipelines.validate(actor, projectId, body), body.definition) ?? empty(204),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipelines/:pipelineId',
      operationId: 'getPipeline',
      summary: 'One pipeline; of its secrets only which are set',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Pipeline } },
      async handler({ actor, params: { pipelineId } }) {
        const pipeline = await pipelines.get(actor, pipelineId);
        return pipeline.ok ? json(200, pipeline.value) : pipeline;
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/pipelines/:pipelineId',
      operationId: 'savePipeline',
      summary: 'Save a pipeline; with its version, only if nobody else saved it meanwhile',
      tag,
      access: { project: 'modify', of },
      params,
      body: { kind: 'json', schema: SavePipeline, limitBytes: 4_194_304 },
      responses: { 200: { schema: Pipeline } },
      async handler({ actor, params: { pipelineId }, body }) {
        const saved = await pipelines.save(actor, pipelineId, body);
        return saved.ok ? json(200, saved.value) : saved;
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/pipelines/:pipelineId',
      operationId: 'deletePipeline',
      summary: 'Delete a pipeline of which nothing runs',
      tag,
      access: { project: 'delete', of },
      params,
      responses: { 204: { description: 'Deleted.' } },
      async handler({ params: { pipelineId } }) {
        const removed = await pipelines.remove(pipelineId);
        return removed.ok ? empty(204) : removed;
      },
    }),
    ...(['PUT', 'DELETE'] as const).map((method) =>
      route({
        method,
        path: '/api/v1/pipelines/:pipelineId/favourite',
        operationId: method === 'PUT' ? 'favourPipeline' : 'unfavourPipeline',
        summary: method === 'PUT' ? 'Make it one of the person’s favourites' : 'Take it off the person’s favourites',
        tag,
        access: { project: 'view', of },
        params,
        responses: { 204: { description: 'Done.' } },
        audited: false,
        async handler({ actor, params: { pipelineId } }) {
          await pipelines.setFavourite(actor, pipelineId, method === 'PUT');
          return empty(204);
        },
      }),
    ),
  ];
}
