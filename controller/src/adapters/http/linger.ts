import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is read and thrown away of a client that is still sending when it has its answer. */
export interface LingerBounds {
  readonly bytes: number;
  readonly ms: number;
}

const defaultBounds: LingerBounds = { bytes: 64 * 1_048_576, ms: 10_000 };

/**
 * Lets every client see an answer that comes before its request has arrived whole. A connection that is closed with unread
 * bytes is reset, and the client finds an error (EPIPE, ECONNRESET) in place of the answer. So what still comes of the request is
 * thrown away first, within bounds, and the connection is closed then, or kept for the next request. Answers which sockets do so now.
 */
export function lingerAfterAnswers(server: Server, bounds: Partial<LingerBounds> = {}): { readonly has: (socket: object) => boolean } {
  const within = { ...defaultBounds, ...bounds };
  const lingering = new WeakSet();
  const connections = new WeakMap<Socket, Connection>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const connection = connections.get(socket) ?? watch(socket);
    connections.set(socket, connection);
    response.prependOnceListener('finish', () => (connection.answered = request)); // before node looks whether to close
    response.once('finish', () => {
      if (request.complete || socket.destroyed) return;
      const bounded = bound(socket, within);
      request.unpipe();
      request.resume();
      lingering.add(socket);
      request.once('end', () => {
        bounded.stop();
        lingering.delete(socket);
        if (connection.isLast) connection.destroySoon();
      });
    });
  });
  return lingering;
}

/** What is known of a connection, however many requests come on it. */
interface Connection {
  /** The request that was answered last. */
  answered: IncomingMessage | undefined;
  /** Node wants the connection closed. */
  isLast: boolean;
  readonly destroySoon: () => void;
}

/** Takes over the close that Node asks for after the last answer of a connection: it waits for the rest of the request. */
function watch(socket: Socket): Connection {
  const connection: Connection = { answered: undefined, isLast: false, destroySoon: socket.destroySoon.bind(socket) };
  socket.destroySoon = () => {
    connection.isLast = true;
    if (connection.answered?.complete !== false) connection.destroySoon();
  };
  return connection;
}

/** Closes a connection whose answer is written once the client has closed its half, or the bounds are reached. */
export function closeSlowly(socket: Socket, bounds: LingerBounds = defaultBounds): void {
  const bounded = bound(socket, bounds);
  socket.resume();
  socket.once('end', () => {
    bounded.stop();
    socket.destroySoon();
  });
}

/** How often a client that is still sending is looked at. */
const lookEveryMs = 50;

/** Destroys the connection when more comes, or it takes longer, than the bounds. Looks at the count of bytes: node itself reads them, and shows them to nobody. */
function bound(socket: Socket, { bytes, ms }: LingerBounds): { readonly stop: () => void } {
  const before = socket.bytesRead;
  const looking = setInterval(() => {
    if (socket.bytesRead - before > bytes) socket.destroy();
  }, lookEveryMs);
  const timer = setTimeout(() => socket.destroy(), ms);
  const stop = (): void => {
    clearInterval(looking);
    clearTimeout(timer);
    socket.off('close', stop); // the connection may be kept for many more requests
  };
  socket.once('close', stop);
  return { stop };
}
