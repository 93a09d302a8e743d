import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie } from 'cookie';

/** Name of the cookie that carries a session. */
export const sessionCookie = 'drover_session';

/** What a request signs in with. `unreadable`: it names a bearer token that is none, and its cookie does not count in place of that. */
export type Credentials =
  | { readonly type: 'bearer'; readonly bearer: string }
  | { readonly type: 'session'; readonly session: string }
  | { readonly type: 'unreadable' | 'none' };

/** Where the page lies that sent a request. `unnamed`: no browser's page, as far as one can see. */
export type PageOrigin = 'own' | 'foreign' | 'unnamed';

/**
 * The one reader of sign-in headers, for HTTP and both socket servers. A bearer header wins over a cookie. Other schemes
 * do not count: a page can have `Basic` sent by an address with a user in it, beside the cookie.
 */
export function credentialsOf({ authorization = '', cookie = '' }: IncomingHttpHeaders): Credentials {
  if (/^bearer(?:\s|$)/i.test(authorization)) {
    const bearer = /^bearer +([\x21-\x7e]{1,500})$/i.exec(authorization)?.[1];
    return bearer === undefined ? { type: 'unreadable' } : { type: 'bearer', bearer };
  }
  const session = parseCookie(cookie)[sessionCookie];
  return session === undefined ? { type: 'none' } : { type: 'session', session };
}

/** A page of this site has the public origin, or the host that the request itself was sent to. */
export function pageOriginOf({ origin, host = '', ...headers }: IncomingHttpHeaders, publicOrigin: string | undefined): PageOrigin {
  if (origin === undefined) {
    const site = headers['sec-fetch-site'];
    return site === 'cross-site' || site === 'same-site' ? 'foreign' : 'unnamed';
  }
  if (origin === publicOrigin) return 'own';
  return URL.canParse(origin) && new URL(origin).host !== '' && new URL(origin).host === host.toLowerCase() ? 'own' : 'foreign';
}
