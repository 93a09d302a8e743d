import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { assert } from 'chai';
import { connectionBounds, limitConnections } from './connections.js';
import { closeServer, createHttpServer, listen } from './server.js';

describe('A5 connections', () => {
  let server: Server;
  let port: number;
  let refusedOf: string[];
  const sockets: Socket[] = [];

  async function serve(rules: { readonly all: number; readonly ofOne: number; readonly isShared: boolean }): Promise<void> {
    refusedOf = [];
    server = createHttpServer((_request, response) => response.end('served'));
    limitConnections(server, { ...rules, isShared: () => rules.isShared, onRefused: (address) => refusedOf.push(address) });
    port = await listen(server, { port: 0, host: '127.0.0.1' });
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await closeServer(server, 0);
  });

  /** An open connection on which one request was answered. */
  async function used(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    sockets.push(socket);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
    return socket;
  }

  /** What a connection says by itself, to its end. */
  async function refusal(): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    await once(socket, 'close');
    return said;
  }

  it('of one address are bounded: one more is answered 503 with Retry-After before it asks, and closed', async () => {
    await serve({ all: 10, ofOne: 2, isShared: false });
    await used();
    await used();
    assert.match(await refusal(), /^HTTP\/1\.1 503 [^]*\r\nRetry-After: 5\r\n[^]*"code":"unavailable"/);
    assert.deepEqual(refusedOf, ['127.0.0.1']);
  });

  it('that are closed make room', async () => {
    await serve({ all: 10, ofOne: 1, isShared: false });
    const connected = once(server, 'connection');
    const first = await used();
    const [atServer] = (await connected) as [Socket];
    first.destroy();
    await once(atServer, 'close');
    await used();
  });

  it('of an address that many clients share count towards the limit for all only', async () => {
    await serve({ all: 3, ofOne: 1, isShared: true });
    for (let count = 0; count < 3; count += 1) await used();
    assert.match(await refusal(), /^HTTP\/1\.1 503 /);
  });
});

describe('A5 the limits of connections', () => {
  // prettier-ignore
  const bounds: ReadonlyArray<[title: string, openFiles: number, all: number, ofOne: number]> = [
    ['are bounded by memory where files are many',     1_048_576, 16_384, 2_048],
    ['leave the controller a quarter of its files',        1_024,    768,   384],
    ['are bounded where the system names no limit',     Infinity, 16_384, 2_048],
  ];
  for (const [title, openFiles, all, ofOne] of bounds) {
    it(title, () => assert.deepEqual(connectionBounds(openFiles), { all, ofOne }));
  }
});
