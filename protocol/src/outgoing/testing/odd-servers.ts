import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface OddServer {
  readonly port: number;
  readonly url: URL;
  /** Requests so far, each up to the end of its headers. */
  readonly requests: readonly string[];
  /** Resolves once every connection so far is closed. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** A server that answers each connection as it likes, byte by byte, once the headers of a request are there. */
export async function oddServer(answer: (socket: Socket, request: string) => void, host = '127.0.0.1'): Promise<OddServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        requests.push(request);
        answer(socket, request);
      }
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`),
    requests,
    quiet: async () => void (await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Writes a piece again and again, as fast as it is taken or with a pause in between, until the connection ends. */
export function keepWriting(socket: Socket, piece: string | Buffer, pauseMs?: number): void {
  if (pauseMs !== undefined) {
    const timer = setInterval(() => socket.write(piece), pauseMs);
    socket.once('close', () => clearInterval(timer));
    return;
  }
  const fill = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', fill);
  fill();
}
