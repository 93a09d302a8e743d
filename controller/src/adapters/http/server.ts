import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { refused } from '../../services/result.js';
import { refuseUpgrade } from '../../shared/refuse-upgrade.js';
import { closeSlowly, lingerAfterAnswers, type LingerBounds } from './linger.js';
import { problemOf } from './problems.js';

/** Header lines of one request, all together. */
const maxHeaderBytes = 16_384;

/** The HTTP server round an application. What node's parser itself refuses is answered with a problem detail, too. */
export function createHttpServer(application: RequestListener, linger: Partial<LingerBounds> = {}): Server {
  const server = createServer({ maxHeaderSize: maxHeaderBytes, requestTimeout: 0, headersTimeout: 20_000, keepAliveTimeout: 65_000 });
  const lingering = lingerAfterAnswers(server, linger);
  server.on('request', application);
  server.on('connection', (socket: Socket) => socket.on('error', () => undefined)); // node removes its own listener at an upgrade: a reset would end the process
  const answered = new WeakSet<Duplex>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (lingering.has(socket)) return void socket.destroy(); // it has its answer, and breaks off
    if (answered.has(socket)) return; // what follows a broken request is broken, too
    answered.add(socket);
    answerBrokenRequest(error, socket);
  });
  return server;
}

function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const refusal =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? refused('headersTooLarge', `The request’s headers are larger than ${maxHeaderBytes} bytes.`)
      : refused('malformedBody', 'The request is not HTTP as it should be.');
  const problem = problemOf(refusal, undefined);
  const body = JSON.stringify(problem);
  socket.write(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  if (socket instanceof Socket) closeSlowly(socket);
  else socket.end();
}

/** Answers requests for sockets anywhere but below these paths; without an answer they would stay open for ever. */
export function refuseOtherUpgrades(server: Server, paths: readonly string[]): void {
  server.on('upgrade', ({ url = '' }: IncomingMessage, socket: Duplex) => {
    if (!paths.some((path) => url.startsWith(`${path}/`))) refuseUpgrade(socket, { status: 404, sentence: 'No socket is served here.' });
  });
}

/** Listens, and says on which port. Rejects with node's error (`EADDRINUSE`, `EACCES`, …). */
export function listen(server: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Takes nothing new, lets what is under way finish for at most `graceMs`, then cuts it. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
