import { PipelineId, RunId } from '@drover/protocol';
import { Page, RunEventView, runListQuery, RunSummary, RunView, StartRun, WaitingView } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { Removals } from '../../../../services/removal/removals.js';
import type { Waiting } from '../../../../services/placing/waiting.js';
import type { RunService } from '../../../../services/runs/run-service.js';
import { createdAt, emptyOf, json, jsonOf, route, type Route } from '../../route.js';

export interface RunRouteParts {
  readonly runs: RunService;
  readonly waiting: Waiting;
  readonly removals: Pick<Removals, 'run'>;
}

const tag = 'runs';

/** X1–X4, V1, V3: starting, stopping and looking at runs. */
export function runRoutes(parts: RunRouteParts): readonly Route[] {
  return [...ofPipeline(parts), ...ofRun(parts)];
}

function ofPipeline({ runs }: RunRouteParts): readonly Route[] {
  const of = ({ pipelineId }: { pipelineId: PipelineId }) => runs.placeOfPipeline(pipelineId);
  return [
    route({
      method: 'POST',
      path: '/api/v1/pipelines/:pipelineId/runs',
      operationId: 'startRun',
      summary: 'Start a run; the same Idempotency-Key of the same person is the same run',
      tag,
      access: { project: 'execute', of },
      params: { pipelineId: PipelineId },
      headers: { 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) },
      body: { kind: 'json', schema: StartRun },
      idempotency: 'own',
      responses: { 201: { schema: RunView } },
      async handler({ actor, params, body, headers }) {
        const started = await runs.start(actor, params.pipelineId, body, headers['idempotency-key']);
        const view = started.ok ? await runs.view(actor, started.value.id) : started;
        return createdAt('/api/v1/runs', view);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipelines/:pipelineId/runs',
      operationId: 'listRuns',
      summary: 'History of a pipeline, newest first; the last 7 days unless asked for others',
      tag,
      access: { project: 'view', of },
      params: { pipelineId: PipelineId },
      query: runListQuery,
      responses: { 200: { schema: Page(RunSummary) } },
      handler: async ({ params, query }) => json(200, await runs.list(params.pipelineId, query)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipelines/:pipelineId/runs/:number',
      operationId: 'getRunByNumber',
      summary: 'A run by its number',
      tag,
      access: { project: 'view', of },
      params: { pipelineId: PipelineId, number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
      responses: { 200: { schema: RunView } },
      handler: async ({ actor, params }) => jsonOf(200, await runs.byNumber(actor, params.pipelineId, params.number)),
    }),
  ];
}

function ofRun({ runs, waiting, removals }: RunRouteParts): readonly Route[] {
  const of = ({ runId }: { runId: RunId }) => runs.place(runId);
  const params = { runId: RunId };
  return [
    route({
      method: 'GET',
      path: '/api/v1/runs/:runId',
      operationId: 'getRun',
      summary: 'A run with its stages and tasks',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: RunView } },
      handler: async ({ actor, params: { runId } }) => jsonOf(200, await runs.view(actor, runId)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/runs/:runId',
      operationId: 'deleteRun',
      summary: 'Delete a finished run with its logs; its packages stay in the repository',
      tag,
      access: { project: 'delete', of },
      params,
      responses: { 204: { description: 'Deleted.' } },
      handler: async ({ params: { runId } }) => emptyOf(204, await removals.run(runId)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/:runId/stop',
      operationId: 'stopRun',
      summary: 'Stop a run: what waits never starts, what runs is told to end; with atOnce, also later, always steps end too',
      tag,
      access: { project: 'execute', of },
      params,
      query: { atOnce: Type.Optional(Type.Boolean()) },
      responses: { 202: { schema: RunView } },
      async handler({ actor, params: { runId }, query: { atOnce = false } }) {
        const stopped = await runs.stop(actor, runId, atOnce);
        const view = stopped.ok ? await runs.view(actor, runId) : stopped;
        return jsonOf(202, view);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:runId/events',
      operationId: 'listRunEvents',
      summary: 'What happened to a run, oldest first',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: Type.Array(RunEventView) } },
      handler: async ({ params: { runId } }) => json(200, await runs.events(runId)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:runId/waiting',
      operationId: 'whyRunWaits',
      summary: 'Why a run waits',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: WaitingView } },
      handler: async ({ actor, params: { runId } }) => jsonOf(200, await waiting.ofRun(runId, actor)),
    }),
  ];
}
