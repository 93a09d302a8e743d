import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import { refused, type Refused } from '../../services/result.js';
import { credentialsOf, pageOriginOf } from '../../shared/credentials.js';

/** Refuses a change that another site's page asks for. A request that carries a bearer token can't come from a page that does not know the token, and is let through. */
export function originRefusal({ method, headers }: IncomingMessage, publicOrigin: string | undefined): Refused | undefined {
  if (method === 'GET' || method === 'HEAD' || credentialsOf(headers).type === 'bearer') return undefined;
  return pageOriginOf(headers, publicOrigin) === 'foreign' ? foreign : undefined;
}

const foreign = refused('originRefused', 'Changes are accepted from this site’s own pages only.');

const hostPattern = /^[A-Za-z0-9._-]{1,253}(:\d{1,5})?$|^\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?$/;

/** The origin that a request names by its Host and, from a trusted proxy, by the proxy's word for the protocol. A Host that is none becomes `localhost`: it ends up in commands that people paste. */
export function requestedOrigin({ protocol, headers }: Pick<Request, 'protocol' | 'headers'>): string {
  const { host = '' } = headers;
  return `${protocol === 'https' ? 'https' : 'http'}://${hostPattern.test(host) ? host : 'localhost'}`;
}
