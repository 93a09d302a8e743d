import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../domain/accounts/network.js';
import { OpenLimit, type OpenBounds } from '../../services/open-limit.js';
import { refused } from '../../services/result.js';
import { problemOf } from './problems.js';

export interface ConnectionRules extends OpenBounds {
  /** An address behind which many clients stand, such as a proxy: only the limit for all counts there. */
  readonly isShared: (address: string) => boolean;
  /** Told of each connection that is refused. */
  readonly onRefused?: (address: string) => void;
}

/** Idle ones take some 15 KB each. */
const mostConnections = 16_384;
const mostOfOneAddress = 2_048;
/** Files, and connections to the store, that the controller itself needs. */
const keptShare = 4;

/** Limits that leave the controller files of its own: `openFiles` is what the process may have open, if that is known. */
export function connectionBounds(openFiles = openFilesLimit()): OpenBounds {
  const all = Math.min(mostConnections, Math.floor((openFiles * (keptShare - 1)) / keptShare));
  return { all, ofOne: Math.min(mostOfOneAddress, Math.ceil(all / 2)) };
}

/** The limit of open files of this process; Infinity where the system does not say. */
function openFilesLimit(): number {
  try {
    const [, soft = ''] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === '' ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}

const answer = (): string => {
  const retryAfterSeconds = 5;
  const problem = problemOf(
    refused('unavailable', 'Too many connections are open; try again in a few seconds.', { retryAfterSeconds }),
    undefined,
  );
  const body = JSON.stringify(problem);
  return [
    'HTTP/1.1 503 Service Unavailable',
    'Connection: close',
    `Retry-After: ${retryAfterSeconds}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
};

/** A5: a connection costs memory and a file before anything is asked on it. Those beyond the limits get a short answer and are cut. */
export function limitConnections(server: Server, { isShared, onRefused, ...bounds }: ConnectionRules): void {
  const limit = new OpenLimit(bounds);
  const tooMany = answer();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const opening = limit.open(isShared(address) ? undefined : networkOf(address));
    if (opening.ok) return void socket.once('close', opening.close);
    onRefused?.(address);
    socket.end(tooMany, () => socket.destroy());
  });
}
