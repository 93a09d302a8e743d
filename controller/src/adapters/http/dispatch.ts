import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import type { Actor } from '../../domain/access/actor.js';
import type { Door, Rule } from '../../services/access/door.js';
import type { Creation } from '../../services/creation.js';
import type { Access, AgentAuthenticator, UserAuthenticator } from '../../services/ports/access.js';
import type { Ids, Log } from '../../services/ports/environment.js';
import type { StoredAnswers } from '../../services/ports/stored-answers.js';
import { Damaged } from '../../services/integrity/damaged.js';
import { ok, refused, type Refused, type Result } from '../../services/result.js';
import { credentialsOf, type Credentials } from '../../shared/credentials.js';
import { sendAnswer } from './answer.js';
import { idempotencyKeyOf, once } from './idempotency.js';
import { readJson } from './input/json-body.js';
import { BodyTooLarge, limitedBody } from './input/stream-body.js';
import { readQuery, readTextValues } from './input/text-values.js';
import { originRefusal, requestedOrigin } from './origin.js';
import { sendProblem } from './problems.js';
import type { Answer, Route, RouteRequest } from './route.js';

export interface HttpPorts {
  readonly door: Door;
  readonly access: Access;
  readonly users: Pick<UserAuthenticator, 'user'>;
  readonly agents: AgentAuthenticator;
  readonly answers: StoredAnswers;
  readonly ids: Ids;
  readonly log: Log;
  /** `https://host[:port]` by which people reach the controller, when it is known. */
  readonly publicOrigin: string | undefined;
  /** Whether an error says that the store could not do now what may succeed later. */
  readonly storeFaultOf?: (error: unknown) => keyof typeof storeFaults | undefined;
  /** How long a body that is no stream may take to arrive; the connection is cut then. */
  readonly bodyWithinMs?: number;
}

const bodyWithinMs = 120_000;

type Texts = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;

/** One request's way through one route: who, what, may they, act, answer. Never rejects. */
export async function dispatch(ports: HttpPorts, route: Route, request: Request, response: ServerResponse): Promise<void> {
  const requestId = requestIdOf(response);
  const log = ports.log.with({ requestId, operation: route.operationId });
  try {
    const answer = await answerTo(ports, route, request, { requestId, log, signal: abortedWith(response) });
    await sendAnswer(response, answer, { route, requestId, headOnly: request.method === 'HEAD' });
  } catch (error) {
    if (response.destroyed || (request.destroyed && !request.complete)) return void response.destroy(); // the client is gone; a body read to its end is destroyed, too
    if (error instanceof BodyTooLarge) return sendProblem(response, refused('payloadTooLarge', error.message), requestId);
    if (error instanceof Damaged) return sendProblem(response, refused('damaged', error.message), requestId);
    log.error('request failed', { error });
    const fault = ports.storeFaultOf?.(error);
    sendProblem(
      response,
      fault === undefined
        ? refused('internal', `Something went wrong inside; the log has more under the request id ${requestId}.`)
        : refused(fault, storeFaults[fault], fault === 'damaged' ? {} : { retryAfterSeconds: 10 }),
      requestId,
    );
  }
}

const storeFaults = {
  storageFull:
    'The disk of the controller or its store has no space, no inodes or no quota left: make space there, and try again. What was acknowledged is kept.',
  unavailable: 'The controller or its store cannot do this at the moment; try again in a moment.',
  damaged: 'A part of the store is damaged; the log of the controller says which. Check it with “store verify”, and restore a backup.',
} as const;

export const requestIdOf = (response: ServerResponse): string => String(response.getHeader('X-Request-Id') ?? '');

interface Circumstances {
  readonly requestId: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

async function answerTo(ports: HttpPorts, route: Route, request: Request, circumstances: Circumstances): Promise<Answer | Refused> {
  const foreign = originRefusal(request, ports.publicOrigin);
  if (foreign) return foreign;
  const credentials = credentialsOf(request.headers);
  const actor = await actorOf(ports, route, credentials);
  const session = credentials.type === 'session' ? credentials.session : undefined;
  const input = readInput(route, request);
  if (!input.ok) return input;
  const target = textsOf(request.params);
  const command = {
    name: route.operationId,
    rule: await ruleOf(route, input.value.params),
    scope: route.tokenScope,
    audited: route.audited,
    beforePasswordChange: route.beforePasswordChange,
    target,
    address: addressOf(request),
    requestId: circumstances.requestId,
  };
  const known = { ...circumstances, ...input.value, actor, session, address: command.address };
  const result = await ports.door.execute(actor, command, async () => wrap(await act(ports, { route, request, known, target })));
  return result.ok ? result.value : result;
}

const wrap = (answer: Answer | Refused): Result<Answer> => ('ok' in answer ? answer : ok(answer));

/** An agents' route asks for a machine token, every other for a session or an API token. */
async function actorOf(ports: HttpPorts, route: Route, credentials: Credentials): Promise<Actor | undefined> {
  if (route.access === 'agent') return credentials.type === 'bearer' ? ports.agents.agent(credentials.bearer) : undefined;
  return credentials.type === 'bearer' || credentials.type === 'session' ? ports.users.user(credentials) : undefined;
}

function readInput(route: Route, request: Request): Result<{ params: Values; query: Values; headers: Values }> {
  const params = readTextValues(route.params, textsOf(request.params), 'params');
  if (!params.ok) return params;
  const texts = readQuery(request.originalUrl);
  if (!texts.ok) return texts;
  const query = readTextValues(route.query, texts.value, 'query');
  if (!query.ok) return query;
  const headers = readTextValues(route.headers, declaredHeaders(route, request), 'headers');
  return headers.ok ? ok({ params: params.value, query: query.value, headers: headers.value }) : headers;
}

/** Express gives the parts of a wildcard as a list: they are one path again. */
const textsOf = (params: Readonly<Record<string, string | readonly string[]>>): Texts =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? value : value.join('/')]));

function declaredHeaders(route: Route, request: IncomingMessage): Texts {
  return Object.fromEntries(
    Object.keys(route.headers).flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]];
    }),
  );
}

async function ruleOf(route: Route, params: Values): Promise<Rule> {
  if (typeof route.access === 'string') return { type: route.access };
  return { type: 'project', permission: route.access.project, place: await route.access.of(params) };
}

interface Acting {
  readonly route: Route;
  readonly request: Request;
  readonly target: Texts;
  readonly known: Omit<RouteRequest<'erased', Values, Values, Values, unknown>, 'body' | 'may' | 'userAgent' | 'origin' | 'creation'>;
}

/** After the permission: the body is read, and the handler acts; at most once for an idempotency key. */
async function act(ports: HttpPorts, { route, request, known, target }: Acting): Promise<Answer | Refused> {
  const body = await inTime(request, ports.bodyWithinMs ?? bodyWithinMs, () => readBody(route, request));
  if (!body.ok) return body;
  const { actor } = known;
  const freshId = ports.ids.next();
  const handle = (creation: Creation) =>
    route.handler({
      ...known,
      creation,
      body: body.value,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
      origin: ports.publicOrigin ?? requestedOrigin(request),
      may: async (permission, place) => actor !== undefined && (await ports.access.permissions(actor, place)).has(permission),
    });
  const fresh = { id: freshId, isRepeat: false };
  if (route.idempotency !== 'stored') return handle(fresh);
  const key = idempotencyKeyOf(request);
  if (!key.ok) return key;
  if (key.value === undefined) return handle(fresh);
  return once(
    {
      key: [identityOf(actor), route.operationId, JSON.stringify(target), key.value].join(' '),
      body: body.value,
      freshId,
      answers: ports.answers,
      log: known.log,
    },
    handle,
  );
}

/** A client that sends a byte a minute holds a connection for two, not for ever. */
async function inTime<T>(request: Request, withinMs: number, read: () => Promise<T>): Promise<T> {
  const slow = setTimeout(() => request.destroy(), withinMs);
  try {
    return await read();
  } finally {
    clearTimeout(slow);
  }
}

async function readBody(route: Route, request: IncomingMessage): Promise<Result<unknown>> {
  switch (route.body.kind) {
    case 'json':
      if (route.body.mayBeAbsent === true && !hasBody(request)) return ok({});
      return readJson(request, route.body.schema, route.body.limitBytes);
    case 'stream':
      return limitedBody(request, route.body);
    case 'none':
      request.resume();
      return ok(undefined);
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;

function identityOf(actor: Actor | undefined): string {
  if (!actor) return '-';
  return actor.type === 'user' ? actor.userId : actor.type === 'agent' ? actor.agentId : actor.name;
}

const addressOf = (request: Request): string => request.ip ?? request.socket.remoteAddress ?? '';

function abortedWith(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
