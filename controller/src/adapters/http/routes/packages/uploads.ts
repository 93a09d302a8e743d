import { Type } from '@sinclair/typebox';
import { AttemptId, ProjectId, UploadId } from '@drover/protocol';
import {
  attemptHeader,
  CreateAgentUpload,
  FencingNumber,
  fencingHeader,
  packageCoordinates,
  uploadOffsetHeader,
  UploadState,
} from '@drover/protocol/agent';
import { CreateUpload, Package } from '@drover/protocol/api';
import type { AgentActor } from '../../../../services/ports/access.js';
import type { Repository } from '../../../../services/packages/repository.js';
import type { AgentCaller, Uploads } from '../../../../services/packages/uploads.js';
import { refused } from '../../../../services/result.js';
import { emptyOf, json, jsonOf, route, type Route } from '../../route.js';

const params = { uploadId: UploadId };
const offset = { [uploadOffsetHeader]: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }) };
const lease = { [attemptHeader]: AttemptId, [fencingHeader]: FencingNumber };
const limitBytes = packageCoordinates.sizeBytes.maximum ?? 0;
const bytes = { kind: 'stream', limitBytes } as const;

export interface UploadRoutesParts {
  readonly uploads: Uploads;
  readonly repository: Repository;
}

/** Uploads by agents, under the lease of an attempt, and by people (B2, B3). */
export function uploadRoutes({ uploads, repository }: UploadRoutesParts): readonly Route[] {
  return [...agentRoutes(uploads), ...peopleRoutes(uploads), completeByHand({ uploads, repository })];
}

const agentUpload = (attemptId: AttemptId, fencing: number, actor: AgentActor): AgentCaller => ({
  type: 'agent',
  agentId: actor.agentId,
  attemptId,
  fencing,
});

function agentRoutes(uploads: Uploads): readonly Route[] {
  const common = { tag: 'agents', access: 'agent' } as const;
  return [
    route({
      ...common,
      method: 'POST',
      path: '/api/v1/agent/uploads',
      operationId: 'createAgentUpload',
      summary: 'Begins an upload, or finds the one that was begun.',
      body: { kind: 'json', schema: CreateAgentUpload },
      responses: { 200: { schema: UploadState } },
      handler: async ({ actor, body: { attemptId, fencing, ...coordinates } }) =>
        jsonOf(200, await uploads.createForAgent(agentUpload(attemptId, fencing, actor), coordinates)),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/api/v1/agent/uploads/:uploadId/bytes',
      operationId: 'writeAgentUpload',
      summary: 'Appends bytes at the stored end of an upload.',
      params,
      headers: { ...lease, ...offset },
      body: bytes,
      responses: { 200: { schema: UploadState } },
      handler: async ({ actor, params: { uploadId }, headers, body }) =>
        jsonOf(200, await uploads.write(uploadId, callerOf(headers, actor), headers[uploadOffsetHeader], body)),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/v1/agent/uploads/:uploadId',
      operationId: 'getAgentUpload',
      summary: 'How much of an upload is stored.',
      params,
      headers: lease,
      responses: { 200: { schema: UploadState } },
      handler: async ({ actor, params: { uploadId }, headers }) => jsonOf(200, await uploads.state(uploadId, callerOf(headers, actor))),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/v1/agent/uploads/:uploadId/complete',
      operationId: 'completeAgentUpload',
      summary: 'Checks the digest of an upload and makes its package visible.',
      params,
      headers: lease,
      responses: { 200: { schema: UploadState } },
      handler: async ({ actor, params: { uploadId }, headers }) => jsonOf(200, await uploads.complete(uploadId, callerOf(headers, actor))),
    }),
  ];
}

const callerOf = (headers: { readonly [attemptHeader]: AttemptId; readonly [fencingHeader]: number }, actor: AgentActor): AgentCaller =>
  agentUpload(headers[attemptHeader], headers[fencingHeader], actor);

function peopleRoutes(uploads: Uploads): readonly Route[] {
  const common = ofPeople(uploads);
  return [
    route({
      tag: 'packages',
      access: { project: 'modify', of: ({ projectId }) => ({ projectId }) },
      method: 'POST',
      path: '/api/v1/projects/:projectId/uploads',
      operationId: 'createUpload',
      summary: 'Begins an upload by hand, or finds the one that was begun.',
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: CreateUpload },
      idempotency: 'own',
      responses: { 201: { schema: UploadState } },
      handler: async ({ actor, params: { projectId }, body }) => jsonOf(201, await uploads.createByHand(actor, projectId, body)),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/api/v1/uploads/:uploadId/bytes',
      operationId: 'writeUpload',
      summary: 'Appends bytes at the stored end of an upload.',
      headers: offset,
      body: bytes,
      audited: false,
      responses: { 200: { schema: UploadState } },
      handler: async ({ actor, params: { uploadId }, headers, body }) =>
        jsonOf(200, await uploads.write(uploadId, { type: 'user', actor }, headers[uploadOffsetHeader], body)),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/v1/uploads/:uploadId',
      operationId: 'getUpload',
      summary: 'How much of an upload is stored.',
      responses: { 200: { schema: UploadState } },
      handler: async ({ actor, params: { uploadId } }) => jsonOf(200, await uploads.state(uploadId, { type: 'user', actor })),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/api/v1/uploads/:uploadId',
      operationId: 'discardUpload',
      summary: 'Gives an upload up that is not complete.',
      responses: { 204: { description: 'given up' } },
      handler: async ({ actor, params: { uploadId } }) => emptyOf(204, await uploads.discard(uploadId, { type: 'user', actor })),
    }),
  ];
}

const ofPeople = (uploads: Uploads) =>
  ({
    tag: 'packages',
    params,
    access: { project: 'modify', of: ({ uploadId }: { readonly uploadId: UploadId }) => uploads.placeOf(uploadId) },
  }) as const;

const completeByHand = ({ uploads, repository }: UploadRoutesParts): Route =>
  route({
    ...ofPeople(uploads),
    method: 'POST',
    path: '/api/v1/uploads/:uploadId/complete',
    operationId: 'completeUpload',
    summary: 'Checks the digest of an upload and makes its package visible.',
    responses: { 200: { schema: Package } },
    handler: async ({ actor, params: { uploadId } }) => {
      const result = await uploads.complete(uploadId, { type: 'user', actor });
      if (!result.ok) return result;
      const packageId = await uploads.packageOf(uploadId);
      const found = packageId && (await repository.byId(packageId));
      return found ? json(200, found) : refused('gone', 'The package of this upload was deleted.');
    },
  });
