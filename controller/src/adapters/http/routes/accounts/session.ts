import { stringifySetCookie } from 'cookie';
import { SessionId } from '@drover/protocol';
import { CurrentSession, SessionView, SignIn } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { SignInService } from '../../../../services/accounts/sign-in.js';
import { sessionCookie } from '../../../../shared/credentials.js';
import { refused } from '../../../../services/result.js';
import { empty, json, jsonOf, route, type Route } from '../../route.js';

const tag = 'session';

export interface SessionRouteParts {
  readonly signIn: SignInService;
  readonly cookieSecure: boolean;
}

/** A1, A5: signing in and out, and the sessions that are open elsewhere. */
export function sessionRoutes({ signIn, cookieSecure }: SessionRouteParts): readonly Route[] {
  const cookies = sessionCookies(cookieSecure);
  return [...ofSession(signIn, cookies), ...ofSessions(signIn, cookies)];
}

interface SessionCookies {
  readonly made: (value: string, expiresAt: number) => string;
  readonly forgotten: string;
}

/** The cookie is out of reach of scripts and not sent along by other sites. */
function sessionCookies(secure: boolean): SessionCookies {
  const made = (value: string, expiresAt: number): string =>
    stringifySetCookie({ name: sessionCookie, value, expires: new Date(expiresAt), httpOnly: true, sameSite: 'lax', path: '/', secure });
  return { made, forgotten: made('', 0) };
}

function ofSession(signIn: SignInService, cookies: SessionCookies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/session',
      operationId: 'signIn',
      summary: 'Sign in; the answer sets the session’s cookie',
      tag,
      access: 'public',
      body: { kind: 'json', schema: SignIn, limitBytes: 10_000 },
      responses: { 200: { schema: CurrentSession } },
      async handler({ body, address, userAgent, signal }) {
        const signedIn = await signIn.signIn({ ...body, address, userAgent, signal });
        if (!signedIn.ok) return signedIn;
        const { session, cookie, expiresAt } = signedIn.value;
        return json(200, session, { 'Set-Cookie': cookies.made(cookie, expiresAt) });
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/session',
      operationId: 'currentSession',
      summary: 'Who is signed in',
      tag,
      access: 'signedIn',
      beforePasswordChange: true,
      responses: { 200: { schema: CurrentSession } },
      handler: async ({ actor }) => jsonOf(200, await signIn.current(actor)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/session',
      operationId: 'signOut',
      summary: 'Sign out',
      tag,
      access: 'signedIn',
      tokenScope: 'session',
      beforePasswordChange: true,
      responses: { 204: { description: 'Signed out.' } },
      async handler({ actor }) {
        if (actor.sessionId !== undefined) await signIn.end(actor, actor.sessionId);
        return empty(204, { 'Set-Cookie': cookies.forgotten });
      },
    }),
  ];
}

function ofSessions(signIn: SignInService, cookies: SessionCookies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/sessions',
      operationId: 'listSessions',
      summary: 'The person’s open sessions, newest first',
      tag,
      access: 'signedIn',
      responses: { 200: { schema: Type.Array(SessionView) } },
      handler: async ({ actor }) => json(200, await signIn.list(actor)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/sessions/:sessionId',
      operationId: 'endSession',
      summary: 'End one of the person’s sessions',
      tag,
      access: 'signedIn',
      tokenScope: 'session',
      params: { sessionId: SessionId },
      responses: { 204: { description: 'Ended.' } },
      async handler({ actor, params }) {
        const ended = await signIn.end(actor, params.sessionId);
        if (!ended.ok) return refused(ended.code, ended.detail);
        return empty(204, params.sessionId === actor.sessionId ? { 'Set-Cookie': cookies.forgotten } : {});
      },
    }),
  ];
}
