import { Type } from '@sinclair/typebox';
import { productVersion } from '@drover/protocol';
import { refused } from '../../../../services/result.js';
import { json, route, type Route } from '../../route.js';

const tag = 'operation';
const Health = Type.Object({ status: Type.String(), version: Type.String() }, { additionalProperties: false });
const Integrity = Type.Object(
  {
    damaged: Type.Integer({ description: 'logs and package files that are known to be damaged' }),
    checking: Type.Boolean({ description: 'a check of all logs and package files is under way' }),
    checkedAt: Type.Optional(Type.Integer({ description: 'when the last such check ended' })),
  },
  { additionalProperties: false },
);
const Ready = Type.Object({ status: Type.String(), version: Type.String(), integrity: Integrity }, { additionalProperties: false });

export interface HealthParts {
  readonly isReady: () => Promise<boolean>;
  readonly integrity: () => { readonly damaged: number; readonly isChecking?: boolean; readonly lastRoundEndedAt?: number | undefined };
}

/** O4: `healthz`: the process lives. `readyz`: it can do its work now, store included. */
export function healthRoutes({ isReady, integrity }: HealthParts): readonly Route[] {
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
      responses: { 200: { schema: Ready } },
      handler: async () =>
        (await isReady())
          ? json(200, { status: 'ready', version: productVersion, integrity: shown(integrity()) })
          : refused('unavailable', 'The controller is starting, stopping, or cannot reach its store.', { retryAfterSeconds: 2 }),
    }),
  ];
}

const shown = ({ damaged, isChecking = false, lastRoundEndedAt }: ReturnType<HealthParts['integrity']>) => ({
  damaged,
  checking: isChecking,
  ...(lastRoundEndedAt === undefined ? {} : { checkedAt: lastRoundEndedAt }),
});
