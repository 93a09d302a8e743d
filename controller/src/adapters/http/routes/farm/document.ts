import { content, route, type Route } from '../../route.js';

/** O1: the description of all routes, this one included. Written once, and sent from the same bytes: strangers may ask for it. */
export function documentRoute(document: () => object): Route {
  let text: Buffer | undefined;
  return route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    operationId: 'openapi',
    summary: 'This description',
    tag: 'operation',
    access: 'public',
    responses: { 200: { contentType: 'application/json' } },
    handler: async () => content(200, (text ??= Buffer.from(JSON.stringify({ openapi: '3.1.0', ...document() })))),
  });
}
