import type { IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { refused } from '../../services/result.js';
import { dispatch, requestIdOf, type HttpPorts } from './dispatch.js';
import { sendProblem } from './problems.js';
import type { Method, Route } from './route.js';

export interface HttpAppOptions extends HttpPorts {
  readonly routes: readonly Route[];
  /** Addresses or subnets of proxies whose `X-Forwarded-For` is believed; express's words (`loopback`, …) too. */
  readonly trustedProxies: readonly string[];
  /** Serves whatever is no route: the dashboard. Calls `next` for what it does not have. */
  readonly fallback?: RequestHandler;
}

/** The one express application, built from the route tables. Every answer that is no success is a problem detail. */
export function createHttpApp(options: HttpAppOptions): Express {
  checkRoutes(options.routes);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('trust proxy', [...options.trustedProxies]);
  app.set('case sensitive routing', true);
  app.use(named(options), logged(options), protectedByHelmet());
  for (const [path, routes] of byPath(options.routes)) app.all(path, chosenByMethod(options, routes));
  if (options.fallback) app.use(options.fallback);
  app.use((request, response) =>
    sendProblem(response, refused('notFound', `There is nothing at ${pathOf(request)}.`), requestIdOf(response)),
  );
  app.use(failed(options));
  return app;
}

/** Two routes of one name or place would hide each other, and so would one path with its variables named in two ways. */
function checkRoutes(routes: readonly Route[]): void {
  const seen = new Set<string>();
  const pathOfShape = new Map<string, string>();
  for (const { operationId, method, path } of routes) {
    const shape = path.replace(/:\w+/g, ':');
    const known = pathOfShape.get(shape) ?? path;
    if (known !== path) throw new Error(`${path} and ${known} are one path: name their variables alike`);
    pathOfShape.set(shape, path);
    for (const name of [operationId, `${method} ${shape}`]) {
      if (seen.has(name)) throw new Error(`two routes are called ${name}`);
      seen.add(name);
    }
  }
}

const named =
  ({ ids }: HttpPorts): RequestHandler =>
  (request, response, next) => {
    const given = request.headers['x-request-id'];
    response.setHeader('X-Request-Id', typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : ids.next());
    next();
  };

const logged =
  ({ log }: HttpPorts): RequestHandler =>
  (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const fields = {
        requestId: requestIdOf(response),
        method: request.method,
        path: pathOf(request),
        status: response.statusCode,
        tookMs: Math.round(performance.now() - startedAt),
      };
      if (request.method === 'GET' || request.method === 'HEAD') log.debug('request answered', fields);
      else log.info('request answered', fields);
    });
    next();
  };

const protectedByHelmet = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    hsts: false, // the proxy that speaks https decides that
  });

/** Paths in the order of the tables, but those without variables first: `/pipelines/tally` is not the pipeline “tally”. */
function byPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const paths = new Map<string, readonly Route[]>();
  const variables = (path: string): number => path.split(/[:*]/).length;
  for (const route of [...routes].sort((a, b) => variables(a.path) - variables(b.path))) {
    paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  }
  return paths;
}

function chosenByMethod(ports: HttpPorts, routes: readonly Route[]): RequestHandler {
  const byMethod = new Map<string, Route>(routes.map((route) => [route.method, route]));
  const allowed = allowedMethods(routes.map(({ method }) => method)).join(', ');
  return async (request, response) => {
    const route = byMethod.get(request.method === 'HEAD' ? 'GET' : request.method);
    if (route) return dispatch(ports, route, request, response);
    response.setHeader('Allow', allowed);
    if (request.method === 'OPTIONS') response.status(204).end();
    else
      sendProblem(response, refused('methodNotAllowed', `${request.method} is not possible here; ${allowed} are.`), requestIdOf(response));
  };
}

const allowedMethods = (methods: readonly Method[]): string[] => [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];

/** What express itself refuses (an address it can't decode), and what nobody foresaw. */
const failed =
  ({ log }: HttpPorts): ErrorRequestHandler =>
  (error: unknown, _request, response, _next) => {
    if (error instanceof URIError)
      return sendProblem(
        response,
        refused('invalidInput', 'The address has a broken percent-encoding.', {
          errors: [{ path: '/params', message: 'has a broken percent-encoding' }],
        }),
        requestIdOf(response),
      );
    log.error('request failed', { error, requestId: requestIdOf(response) });
    sendProblem(response, refused('internal', 'Something went wrong inside.'), requestIdOf(response));
  };

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0]?.slice(0, 300) ?? '';
