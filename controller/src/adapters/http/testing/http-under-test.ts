import type { Server } from 'node:http';
import type { TSchema } from '@sinclair/typebox';
import request, { type Response, type Test } from 'supertest';
import { asId, type ProjectId, type UserId } from '@drover/protocol';
import type { ProjectRole } from '@drover/protocol/api';
import type { Actor } from '../../../domain/access/actor.js';
import { permissionsOf } from '../../../domain/access/permissions.js';
import { createDoor, type AuditRecord } from '../../../services/access/door.js';
import type { Access, AgentActor, UserActor } from '../../../services/ports/access.js';
import type { Log } from '../../../services/ports/environment.js';
import type { StoredAnswer, StoredAnswers } from '../../../services/ports/stored-answers.js';
import { createHttpApp } from '../app.js';
import { createConformanceCheck } from '../openapi/conformance.js';
import { openApiDocument } from '../openapi/document.js';
import type { Route } from '../route.js';
import { createHttpServer } from '../server.js';

/** A log that keeps what it is told. */
export function keptLog(lines: Array<{ level: string; text: string; fields: unknown }> = []): Log & { readonly lines: typeof lines } {
  const at = (level: string) => (text: string, fields?: unknown) => void lines.push({ level, text, fields });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), with: () => log, lines };
  return log;
}

/** 26-character ids that grow: `000…01`, `000…02`, … */
export function countingIds() {
  let count = 0;
  return { next: () => String((count += 1)).padStart(26, '0') };
}

export const testUser = (name: string, more: Partial<UserActor> = {}): UserActor => ({
  type: 'user',
  userId: asId<UserId>(name.padStart(26, '0')),
  name,
  administrator: false,
  scopes: new Set(['read', 'write', 'administer']),
  via: 'token',
  ...more,
});

export interface TestWorld {
  /** Bearer token → who it is. */
  readonly actors?: Readonly<Record<string, UserActor | AgentActor>>;
  /** Project id → user id → roles. */
  readonly roles?: Readonly<Record<string, Readonly<Record<string, readonly ProjectRole[]>>>>;
  readonly schemas?: Readonly<Record<string, TSchema>>;
  readonly bodyWithinMs?: number;
}

/** A real HTTP server of these routes with everything round them in memory; each answer is held against the OpenAPI document. */
export function httpUnderTest(routes: readonly Route[], world: TestWorld = {}) {
  const actors = world.actors ?? {};
  const access = rolesInMemory(world);
  const audit: AuditRecord[] = [];
  const log = keptLog();
  const ids = countingIds();
  const door = createDoor({ access, audit: { append: async (record) => void audit.push(record) }, clock: { now: () => 1_000 }, ids, log });
  const find = (token: string | undefined): Actor | undefined =>
    token !== undefined && Object.hasOwn(actors, token) ? actors[token] : undefined;
  const app = createHttpApp({
    routes,
    door,
    access,
    users: { user: async ({ session, bearer }) => only('user', find(bearer ?? session)) },
    agents: { agent: async (token) => only('agent', find(token)) },
    answers: answersInMemory(),
    ids,
    log,
    publicOrigin: undefined,
    trustedProxies: [],
    ...(world.bodyWithinMs !== undefined && { bodyWithinMs: world.bodyWithinMs }),
  });
  const server: Server = createHttpServer(app).listen(0);
  const document = openApiDocument(routes, world.schemas ?? {});
  return { server, document, audit, log, close: () => server.close(), ...conformingClient(server, document) };
}

/** Sends requests and holds each answer against the document. `token` goes as a bearer token. */
export function conformingClient(server: Server | string, document: object) {
  const check = createConformanceCheck(document);
  const send = async (
    method: 'get' | 'post' | 'put' | 'patch' | 'delete',
    path: string,
    options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> => {
    const test: Test = request(server)[method](path);
    if (options.token !== undefined) test.set('Authorization', `Bearer ${options.token}`);
    test.set(options.headers ?? {});
    const response = await (options.body === undefined ? test : test.send(options.body as object));
    const body: unknown = response.type === 'application/problem+json' ? JSON.parse(response.text ?? String(response.body)) : response.body;
    check({ method: method.toUpperCase(), path, status: response.status, contentType: response.headers['content-type'], body });
    return Object.assign(response, { body });
  };
  return { send, check };
}

const only = <T extends Actor['type']>(type: T, actor: Actor | undefined) =>
  actor?.type === type ? (actor as Extract<Actor, { type: T }>) : undefined;

function rolesInMemory({ roles = {} }: TestWorld): Access {
  const rolesOf = (actor: Actor, projectId: string) => (actor.type === 'user' ? (roles[projectId]?.[actor.userId] ?? []) : []);
  return {
    permissions: async (actor, place) => permissionsOf(actor, rolesOf(actor, place.projectId), place),
    visibleProjects: async (actor) =>
      actor.type === 'user' && actor.administrator
        ? 'all'
        : new Set(
            Object.keys(roles)
              .filter((id) => rolesOf(actor, id).length > 0)
              .map((id) => asId<ProjectId>(id)),
          ),
  };
}

/** The port's twin in memory. */
export function answersInMemory(): StoredAnswers {
  const kept = new Map<string, { request: string; id: string; released?: true; answer?: StoredAnswer }>();
  return {
    begin: async (key, request, freshId) => {
      const known = kept.get(key);
      if (!known) {
        kept.set(key, { request, id: freshId });
        return { state: 'new', creation: { id: freshId, isRepeat: false } };
      }
      if (known.request !== request) return { state: 'mismatch' };
      if (known.answer) return { state: 'done', answer: known.answer };
      if (!known.released) return { state: 'busy' };
      kept.set(key, { request, id: known.id });
      return { state: 'new', creation: { id: known.id, isRepeat: true } };
    },
    finish: async (key, answer) => change(key, { answer }),
    release: async (key) => change(key, { released: true }),
    abandon: async (key) => void kept.delete(key),
  };
  function change(key: string, what: { released?: true; answer?: StoredAnswer }): void {
    const known = kept.get(key);
    if (known) kept.set(key, { ...known, ...what });
  }
}
