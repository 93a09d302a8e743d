import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { connectionBounds, limitConnections } from '../adapters/http/connections.js';
import { sendProblem } from '../adapters/http/problems.js';
import { closeServer, createHttpServer, listen } from '../adapters/http/server.js';
import type { Config } from '../config.js';
import type { Log } from '../services/ports/environment.js';
import { refused } from '../services/result.js';
import { isSharedAddress } from '../shared/client-address.js';
import type { Lifetime } from './lifetime.js';

export interface Front {
  readonly server: Server;
  readonly url: string;
  /** From now on this application answers. */
  serve(application: RequestListener): void;
  /** What comes from now on is told that the controller is stopping. */
  pause(): void;
}

/** What is under way at the end may take this long. */
const graceMs = 5_000;
const notYet = refused('unavailable', 'The controller is starting or stopping; try again in a moment.', { retryAfterSeconds: 1 });
const anyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** Listens at once, so that a taken port is known early and the address before anything needs it; until there is an application, says so. */
export async function openFront(
  config: Pick<Config, 'host' | 'port' | 'publicUrl' | 'trustedProxies'>,
  { log, lifetime }: { readonly log: Log; readonly lifetime: Lifetime },
): Promise<Front> {
  const closed: RequestListener = (_request: IncomingMessage, response: ServerResponse) =>
    sendProblem(response.setHeader('Connection', 'close'), notYet, undefined);
  let application = closed;
  const server = createHttpServer((request, response) => application(request, response));
  limitConnections(server, {
    ...connectionBounds(),
    isShared: isSharedAddress(config.trustedProxies),
    onRefused: rarely((address) => log.warn('too many connections are open: some are refused', { address })),
  });
  const port = await listen(server, config);
  lifetime.owns(() => closeServer(server, graceMs));
  const host = anyAddress.has(config.host) ? 'localhost' : config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    server,
    url: config.publicUrl ?? `http://${host}:${port}`,
    serve: (next) => void (application = next),
    pause: () => void (application = closed),
  };
}

const toldEveryMs = 60_000;

/** Calls what it is given at most once a minute. */
function rarely<T>(tell: (about: T) => void): (about: T) => void {
  let toldAt = -Infinity;
  return (about) => {
    if (performance.now() - toldAt < toldEveryMs) return;
    toldAt = performance.now();
    tell(about);
  };
}
