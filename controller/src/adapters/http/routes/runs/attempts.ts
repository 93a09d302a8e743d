import { AttemptId, RunId } from '@drover/protocol';
import { AttemptView, WaitingView } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { AttemptService } from '../../../../services/attempts/attempt-service.js';
import type { Waiting } from '../../../../services/placing/waiting.js';
import type { RunService } from '../../../../services/runs/run-service.js';
import { json, jsonOf, route, type Route } from '../../route.js';

const tag = 'attempts';
const params = { attemptId: AttemptId };

/** Attempts of tasks; their logs have routes of their own. */
export function attemptRoutes({
  runs,
  attempts,
  waiting,
}: {
  readonly runs: RunService;
  readonly attempts: AttemptService;
  readonly waiting: Waiting;
}): readonly Route[] {
  const of = ({ attemptId }: { attemptId: AttemptId }) => attempts.place(attemptId);
  return [
    route({
      method: 'GET',
      path: '/api/v1/runs/:runId/attempts',
      operationId: 'listAttempts',
      summary: 'Attempts of a run, or of one of its tasks, in order',
      tag,
      access: { project: 'view', of: ({ runId }) => runs.place(runId) },
      params: { runId: RunId },
      query: { taskKey: Type.Optional(Type.String({ maxLength: 80 })) },
      responses: { 200: { schema: Type.Array(AttemptView) } },
      handler: async ({ params: { runId }, query }) => json(200, await attempts.ofRun(runId, query.taskKey)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/attempts/:attemptId',
      operationId: 'getAttempt',
      summary: 'One attempt with its steps and how its log stands',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: AttemptView } },
      handler: async ({ params: { attemptId } }) => jsonOf(200, await attempts.view(attemptId)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/attempts/:attemptId/waiting',
      operationId: 'whyAttemptWaits',
      summary: 'Why a task waits: each agent with the first condition that it fails',
      tag,
      access: { project: 'view', of },
      params,
      responses: { 200: { schema: WaitingView } },
      handler: async ({ actor, params: { attemptId } }) => jsonOf(200, await waiting.ofAttempt(attemptId, actor)),
    }),
  ];
}
