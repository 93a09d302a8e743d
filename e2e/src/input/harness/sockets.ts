import { io, type Socket } from 'socket.io-client';

/** A bare socket with these headers; rejects where it is refused. */
export function connect(url: string, path: string, extraHeaders: Readonly<Record<string, string>>): Promise<Socket> {
  const socket = io(url, { path, transports: ['websocket'], extraHeaders, reconnection: false, forceNew: true });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(error);
    });
  });
}

export const outcomeOf = (url: string, path: string, headers: Readonly<Record<string, string>>): Promise<'connected' | 'refused'> =>
  connect(url, path, headers).then(
    (socket) => {
      socket.disconnect();
      return 'connected';
    },
    () => 'refused',
  );
