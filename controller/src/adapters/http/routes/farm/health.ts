import { Type } from '@sinclair/typebox';
import { productVersion } from '@drover/protocol';
import { refused } from '../../../../services/result.js';
import { json, route, type Route } from '../../route.js';

const tag = 'operation';
const Health = Type.Object({ status: Type.String(), version: Type.String() }, { additionalProperties: false });

/** O4: `healthz`: the process lives. `readyz`: it can do its work now, store included. */
export function healthRoutes({ isReady }: { readonly isReady: () => Promise<boolean> }): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      operationId: 'healthz',
      summary: 'The process lives',
      tag,
      access: 'public',
      responses: { 200: { schema: Health } },
      handler: async () => json(200, { status: 'up', version: productVersion }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      operationId: 'readyz',
      summary: 'The controller can take requests and reach its store',
      tag,
      access: 'public',
      responses: { 200: { schema: Health } },
      handler: async () =>
        (await isReady())
          ? json(200, { status: 'ready', version: productVersion })
          : refused('unavailable', 'The controller is starting, stopping, or can not reach its store.', { retryAfterSeconds: 2 }),
    }),
  ];
}
