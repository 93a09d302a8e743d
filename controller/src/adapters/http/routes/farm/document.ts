import { json, route, type Route } from '../../route.js';
import { Type } from '@sinclair/typebox';

/** O1: the description of all routes, this one included. */
export function documentRoute(document: () => object): Route {
  return route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    operationId: 'openapi',
    summary: 'This description',
    tag: 'operation',
    access: 'public',
    responses: { 200: { schema: Type.Object({ openapi: Type.String() }, { additionalProperties: true }) } },
    handler: async () => json(200, documentOf(document())),
  });
}

const documentOf = (document: object): { openapi: string } => ({ openapi: '3.1.0', ...document });
