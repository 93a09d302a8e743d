import type { Duplex } from 'node:stream';

/** One of the channels between the agent and the places of a ground: lines from there, requests to there. */
export interface Lane {
  readonly number: number;
  /** Whatever is said on it goes here, line by line. */
  listen(onLine: (line: string) => void): void;
  send(request: string): void;
  /** Whether it keeps the agent running. */
  hold(isHeld: boolean): void;
}

/** A lane over one of the descriptors that a ground was begun with. */
export function createLane(number: number, socket: Duplex & { ref?(): unknown; unref?(): unknown }): Lane {
  let take: (line: string) => void = () => undefined;
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  return {
    number,
    listen: (onLine) => (take = onLine),
    send: (request) => void socket.write(request),
    hold: (isHeld) => void (isHeld ? socket.ref?.() : socket.unref?.()),
  };
}
