import { PipelineId, ProjectId } from '@drover/protocol';
import { Page, Pipeline, pipelineListQuery, PipelineRow, PipelineTally, SavePipeline, ValidatePipeline } from '@drover/protocol/api';
import type { ListingService } from '../../../../services/pipelines/listing.js';
import type { PipelinesService } from '../../../../services/pipelines/pipelines.js';
import { refusalOf } from '../../../../services/pipelines/saving.js';
import { createdAt, empty, emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'pipelines';
const params = { pipelineId: PipelineId };
const ofProject = ({ projectId }: { projectId: ProjectId }) => ({ projectId });

const saveBody = { kind: 'json', schema: SavePipeline, limitBytes: 4_194_304 } as const;

export interface PipelineRouteParts {
  readonly pipelines: PipelinesService;
  readonly listing: ListingService;
}

/** L1–L4, W1–W8: lists of pipelines, making one, and what is done with one. */
export function pipelineRoutes({ pipelines, listing }: PipelineRouteParts): readonly Route[] {
  return [...allPipelines(listing), ...pipelinesOfProject(pipelines), ...onePipeline(pipelines), ...favourites(pipelines)];
}

function allPipelines(listing: ListingService): readonly Route[] {
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
  ];
}

function pipelinesOfProject(pipelines: PipelinesService): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/pipelines',
      operationId: 'createPipeline',
      summary: 'Make a pipeline',
      tag,
      access: { project: 'modify', of: ofProject },
      params: { projectId: ProjectId },
      body: saveBody,
      responses: { 201: { schema: Pipeline } },
      handler: async ({ actor, params: { projectId }, body, creation }) =>
        createdAt('/api/v1/pipelines', await pipelines.create(actor, { projectId, input: body, creation })),
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
      body: { ...saveBody, schema: ValidatePipeline },
      responses: { 204: { description: 'It is valid.' } },
      audited: false,
      handler: async ({ actor, params: { projectId }, body }) =>
        refusalOf(await pipelines.validate(actor, projectId, body), body.definition) ?? empty(204),
    }),
  ];
}

const placeOf =
  (pipelines: PipelinesService) =>
  ({ pipelineId }: { pipelineId: PipelineId }) =>
    pipelines.place(pipelineId);

function onePipeline(pipelines: PipelinesService): readonly Route[] {
  const of = placeOf(pipelines);
  return [
    route({
      method: 'GET',
      path: '/api/v1/pipelines/:pipelineId',
      operationId: 'getPipeline',
      summary: 'One pipeline; of its secrets only which are set',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Pipeline } },
      handler: async ({ actor, params: { pipelineId } }) => jsonOf(200, await pipelines.get(actor, pipelineId)),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/pipelines/:pipelineId',
      operationId: 'savePipeline',
      summary: 'Save a pipeline; with its version, only if nobody else saved it meanwhile',
      tag,
      access: { project: 'modify', of },
      params,
      body: saveBody,
      responses: { 200: { schema: Pipeline } },
      handler: async ({ actor, params: { pipelineId }, body }) => jsonOf(200, await pipelines.save(actor, pipelineId, body)),
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
      handler: async ({ params: { pipelineId } }) => emptyOf(204, await pipelines.remove(pipelineId)),
    }),
  ];
}

function favourites(pipelines: PipelinesService): readonly Route[] {
  return (['PUT', 'DELETE'] as const).map((method) =>
    route({
      method,
      path: '/api/v1/pipelines/:pipelineId/favourite',
      operationId: method === 'PUT' ? 'favourPipeline' : 'unfavourPipeline',
      summary: method === 'PUT' ? 'Make it one of the person’s favourites' : 'Take it off the person’s favourites',
      tag,
      access: { project: 'view', of: placeOf(pipelines) },
      params,
      responses: { 204: { description: 'Done.' } },
      audited: false,
      async handler({ actor, params: { pipelineId } }) {
        await pipelines.setFavourite(actor, pipelineId, method === 'PUT');
        return empty(204);
      },
    }),
  );
}
