import type { Readable } from 'node:stream';
import type { Static, TObject, TProperties, TSchema } from '@sinclair/typebox';
import type { Creation } from '../../services/creation.js';
import type { AgentActor, UserActor } from '../../services/ports/access.js';
import type { Log } from '../../services/ports/environment.js';
import type { Actor } from '../../domain/access/actor.js';
import type { Permission, Place } from '../../domain/access/permissions.js';
import type { Refused, Result } from '../../services/result.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call a route. There is no default: a route without a rule does not compile. */
export type Access<Params = Readonly<Record<string, unknown>>> =
  | 'public'
  | 'signedIn'
  | 'administrator'
  | 'agent'
  | { readonly project: Permission; readonly of: (params: Params) => Place | undefined | Promise<Place | undefined> };

/** What an API token must be good for; `session`: no token will do. */
export type TokenScope = 'read' | 'write' | 'administer' | 'session';

export type BodyRule =
  | { readonly kind: 'none' }
  /** `mayBeAbsent`: a request without a body counts as `{}`. */
  | { readonly kind: 'json'; readonly schema: TSchema; readonly limitBytes?: number; readonly mayBeAbsent?: true }
  | { readonly kind: 'stream'; readonly contentType?: string; readonly limitBytes: number };

/** JSON by schema, bytes of a content type, or nothing. */
export type ResponseRule =
  | { readonly schema: TSchema; readonly description?: string }
  | { readonly contentType: string; readonly description?: string }
  | { readonly description: string };
export type Responses = Readonly<Record<number, ResponseRule>>;

type BodyOf<B extends BodyRule> = B extends { kind: 'json'; schema: infer S extends TSchema }
  ? Static<S>
  : B extends { kind: 'stream' }
    ? Readable
    : undefined;
type ActorOf<A> = [A] extends ['erased']
  ? Actor | undefined
  : [A] extends ['public']
    ? UserActor | undefined
    : [A] extends ['agent']
      ? AgentActor
      : UserActor;

export interface RouteRequest<A, Params, Query, Headers, Body> {
  readonly actor: ActorOf<A>;
  readonly params: Params;
  readonly query: Query;
  /** The headers that the route declared. */
  readonly headers: Headers;
  readonly body: Body;
  /** The id of what it makes, the same each time that the request is repeated under its Idempotency-Key. */
  readonly creation: Creation;
  readonly requestId: string;
  /** Where the request came from, trusted proxies seen through. */
  readonly address: string;
  readonly userAgent: string;
  /** `http(s)://host[:port]` by which this client reaches the controller: as configured, else as it asked. */
  readonly origin: string;
  /** The session's cookie as it came, for the routes that end or name a session. */
  readonly session: string | undefined;
  /** Aborted when the client goes away before the answer. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Whether the actor has this permission there: for routes whose place stands in the body. */
  may(permission: Permission, place: Place): Promise<boolean>;
}

export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;
/** Answers may hold read-only arrays and records where the schema's type has others. */
export type Given<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends ReadonlyArray<infer U>
    ? ReadonlyArray<Given<U>>
    : T extends object
      ? { readonly [K in keyof T]: Given<T[K]> }
      : T;
type AnswerTo<S, R> = R extends { schema: infer T extends TSchema }
  ? { readonly status: S; readonly json: Given<Static<T>>; readonly headers?: AnswerHeaders }
  : R extends { contentType: string }
    ? {
        readonly status: S;
        readonly content: Readable | string | Uint8Array;
        readonly contentType?: string;
        readonly headers?: AnswerHeaders;
      }
    : { readonly status: S; readonly headers?: AnswerHeaders };
export type AnswerOf<R extends Responses> = { [S in keyof R]: AnswerTo<S, R[S]> }[keyof R];
/** Any answer, once its type has done its work. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly content?: Readable | string | Uint8Array;
  readonly contentType?: string;
  readonly headers?: AnswerHeaders;
}

export interface RouteDefinition<
  A,
  P extends TProperties,
  Q extends TProperties,
  H extends TProperties,
  B extends BodyRule,
  R extends Responses,
> {
  readonly method: Method;
  /** As express writes it: `/api/v1/projects/:projectId`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly access:
    | A
    | { readonly project: Permission; readonly of: (params: Static<TObject<P>>) => Place | undefined | Promise<Place | undefined> };
  /** Default: `administer` for administrators' routes, `read` for GET, else `write`. */
  readonly tokenScope?: TokenScope;
  readonly params?: P;
  /** Text is coerced to the schema's integers, numbers and booleans; defaults are filled in. A name given twice is refused. */
  readonly query?: Q;
  /** Names in lower case. */
  readonly headers?: H;
  readonly body?: B;
  readonly responses: R;
  /** `stored` (default of all that people change, but for streams): an `Idempotency-Key` gets the first answer again. `own`: the handler sees to it. */
  readonly idempotency?: 'stored' | 'own' | 'none';
  /** Whether the audit log keeps a record of it. Default: everything that changes something, but for agents' calls. */
  readonly audited?: boolean;
  /** Open also to somebody who has yet to choose a password of their own. */
  readonly beforePasswordChange?: true;
  readonly handler: (
    request: RouteRequest<A, Static<TObject<P>>, Static<TObject<Q>>, Static<TObject<H>>, BodyOf<B>>,
  ) => Promise<AnswerOf<R> | Refused>;
}

type Loose = Readonly<Record<string, unknown>>;
/** A route as the framework keeps it: input was checked by its schemas before the handler sees it. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly tokenScope: TokenScope;
  readonly params: TProperties;
  readonly query: TProperties;
  readonly headers: TProperties;
  readonly body: BodyRule;
  readonly responses: Responses;
  readonly idempotency: 'stored' | 'own' | 'none';
  readonly audited: boolean;
  readonly beforePasswordChange: boolean;
  readonly handler: (request: RouteRequest<'erased', Loose, Loose, Loose, unknown>) => Promise<Answer | Refused>;
}

/** One row of a route table. What the handler gets and must answer is inferred from the schemas. */
export function route<
  const A extends 'public' | 'signedIn' | 'administrator' | 'agent',
  const R extends Responses,
  P extends TProperties = Record<never, never>,
  Q extends TProperties = Record<never, never>,
  H extends TProperties = Record<never, never>,
  B extends BodyRule = { kind: 'none' },
>(definition: RouteDefinition<A, P, Q, H, B, R>): Route {
  const { method, access } = definition;
  const changes = method !== 'GET';
  const erased: Omit<Route, 'tokenScope' | 'params' | 'query' | 'headers' | 'body' | 'idempotency' | 'audited' | 'beforePasswordChange'> =
    eraseTypes(definition);
  return {
    ...erased,
    tokenScope: definition.tokenScope ?? (access === 'administrator' ? 'administer' : changes ? 'write' : 'read'),
    params: definition.params ?? {},
    query: definition.query ?? {},
    headers: definition.headers ?? {},
    body: definition.body ?? { kind: 'none' },
    idempotency: definition.idempotency ?? (changes && isForPeople(definition) ? 'stored' : 'none'),
    beforePasswordChange: definition.beforePasswordChange ?? false,
    audited: definition.audited ?? (changes && access !== 'agent'),
  };
}

const isForPeople = ({
  access,
  body,
  tokenScope,
}: Pick<RouteDefinition<unknown, TProperties, TProperties, TProperties, BodyRule, Responses>, 'access' | 'body' | 'tokenScope'>): boolean =>
  access !== 'public' && access !== 'agent' && body?.kind !== 'stream' && tokenScope !== 'read';

/** The one cast of the framework: the schemas, checked at run time, stand for the types from here on. */
const eraseTypes = (definition: unknown): Route => definition as Route;

/** `{ status, json }` with the status kept as a literal. */
export const json = <const S extends number, B>(status: S, body: B, headers?: AnswerHeaders) => ({
  status,
  json: body,
  ...(headers && { headers }),
});
export const empty = <const S extends number>(status: S, headers?: AnswerHeaders) => ({ status, ...(headers && { headers }) });
/** What a service found, as JSON; its refusal stays one. */
export const jsonOf = <const S extends number, T>(status: S, result: Result<T>) => (result.ok ? json(status, result.value) : result);
/** What a service made, with the address below `folder` at which it can be asked for. */
export const createdAt = <T extends { readonly id: string }>(folder: string, result: Result<T>) =>
  result.ok ? json(201, result.value, { Location: `${folder}/${result.value.id}` }) : result;
/** That a service did it, with nothing to show; its refusal stays one. */
export const emptyOf = <const S extends number>(status: S, result: Result<unknown>) => (result.ok ? empty(status) : result);
export const content = <const S extends number>(
  status: S,
  bytes: Readable | string | Uint8Array,
  more: { contentType?: string; headers?: AnswerHeaders } = {},
) => ({
  status,
  content: bytes,
  ...more,
});
