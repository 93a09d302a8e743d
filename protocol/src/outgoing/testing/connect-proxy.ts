import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ConnectProxy {
  readonly port: number;
  /** What was asked for, host and port, with the authorization that came along. */
  readonly asked: ReadonlyArray<{ readonly authority: string; readonly authorization: string | undefined }>;
  close(): Promise<void>;
}

/** A proxy that leads every CONNECT to one port of this machine, whatever name is asked for. With `authorization`, only who sends it. */
export async function connectProxy(
  target: number,
  { authorization, host = '127.0.0.1' }: { authorization?: string; host?: string } = {},
): Promise<ConnectProxy> {
  const asked: Array<{ authority: string; authorization: string | undefined }> = [];
  const sockets = new Set<Socket>();
  const server = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
    const given = request.headers['proxy-authorization'];
    asked.push({ authority: request.url ?? '', authorization: given });
    if (authorization !== undefined && given !== authorization)
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const onward = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => undefined).on('close', () => (socket.destroy(), onward.destroy()));
    }
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
