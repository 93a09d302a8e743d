import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
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

const hostPattern = /^[A-Za-z0-9._-]{1,253}(:\d{1,5})?$|^\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?$/;

/** The origin that a request names by its Host and, from a trusted proxy, by the proxy's word for the protocol. A Host that is none becomes `localhost`: it ends up in commands that people paste. */
export function requestedOrigin({ protocol, headers }: Pick<Request, 'protocol' | 'headers'>): string {
  const { host = '' } = headers;
  return `${protocol === 'https' ? 'https' : 'http'}://${hostPattern.test(host) ? host : 'localhost'}`;
}
