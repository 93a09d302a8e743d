import type { Duplex } from 'node:stream';

// prettier-ignore
const reasons = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const;

export interface UpgradeRefusal {
  readonly status: keyof typeof reasons;
  readonly sentence: string;
  readonly retryAfterSeconds?: number;
}

/** A client that does not close its side after the answer is cut then. */
const lingerMs = 2_000;

/** Answers a request for a socket that is refused, and ends its connection whatever the client does. */
export function refuseUpgrade(socket: Duplex, { status, sentence, retryAfterSeconds }: UpgradeRefusal): void {
  const head = [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(sentence)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
  ];
  const cut = setTimeout(() => socket.destroy(), lingerMs);
  socket.on('error', () => socket.destroy());
  socket.once('close', () => clearTimeout(cut));
  socket.once('end', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${sentence}`);
  socket.resume();
}
