import { stringifySetCookie } from 'cookie';
import { SessionId } from '@drover/protocol';
import { CurrentSession, SessionView, SignIn } from '@drover/protocol/api';
import { Type } from '@sinclair/typebox';
import type { SignInService } from '../../../../services/accounts/sign-in.js';
import { sessionCookie } from '../../../../services/ports/access.js';
import { refused } from '../../../../services/result.js';
import { empty, json, route, type Route } from '../../route.js';

const tag = 'session';

/** A1, A5: signing in and out. The cookie is out of reach of scripts and not sent along by other sites. */
export function sessionRoutes({
  signIn,
  cookieSecure,
}: {
  readonly signIn: SignInService;
  readonly cookieSecure: boolean;
}): readonly Route[] {
  const cookie = (value: string, expires: Date): string =>
    stringifySetCookie({ name: sessionCookie, value, expires, httpOnly: true, sameSite: 'lax', path: '/', secure: cookieSecure });
  const forgotten = cookie('', new Date(0));
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
      async handler({ body, address, userAgent }) {
        const signedIn = await signIn.signIn({ ...body, address, userAgent });
        if (!signedIn.ok) return signedIn;
        const { session, cookie: value, expiresAt } = signedIn.value;
        return json(200, session, { 'Set-Cookie': cookie(value, new Date(expiresAt)) });
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
      async handler({ actor }) {
        const session = await signIn.current(actor);
        return session.ok ? json(200, session.value) : session;
      },
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
        return empty(204, { 'Set-Cookie': forgotten });
      },
    }),
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
        return empty(204, params.sessionId === actor.sessionId ? { 'Set-Cookie': forgotten } : {});
      },
    }),
  ];
}
