import type { IncomingMessage } from 'node:http';
import { refused, type Refused } from '../../services/result.js';

/** Refuses a change that another site's page asks for. A request that carries a bearer token can't come from a page that does not know the token, and is let through. */
export function originRefusal(request: IncomingMessage, publicOrigin: string | undefined): Refused | undefined {
  if (request.method === 'GET' || request.method === 'HEAD' || carriesToken(request)) return undefined;
  const { origin, host } = request.headers;
  if (origin === undefined) return isForeignFetch(request) ? foreign : undefined;
  if (publicOrigin !== undefined && origin === publicOrigin) return undefined;
  return hostOf(origin) === host ? undefined : foreign;
}

/** `Basic` does not count: a page can have that sent by an address with a user in it, beside the cookie. */
const carriesToken = (request: IncomingMessage): boolean => /^bearer /i.test(request.headers.authorization ?? '');

const foreign = refused('originRefused', 'Changes are accepted from this site’s own pages only.');

const isForeignFetch = (request: IncomingMessage): boolean => {
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
};

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
