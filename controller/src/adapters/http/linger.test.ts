import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Type } from '@sinclair/typebox';
import { assert } from 'chai';
import { refused } from '../../services/result.js';
import { sendProblem } from './problems.js';
import { empty, route } from './route.js';
import { closeServer, createHttpServer, listen } from './server.js';
import { httpUnderTest, testUser } from './testing/http-under-test.js';

const named = { kind: 'json', schema: Type.Object({ name: Type.String() }), limitBytes: 1_000 } as const;
const responses = { 204: { description: 'done' } } as const;
const common = { tag: 't', summary: 's', method: 'POST', responses } as const;
const routes = [
  route({ ...common, path: '/open', operationId: 'open', access: 'public', body: named, handler: async () => empty(204) }),
  route({ ...common, path: '/own', operationId: 'own', access: 'signedIn', body: named, handler: async () => empty(204) }),
  route({
    ...common,
    path: '/bytes',
    operationId: 'bytes',
    access: 'public',
    body: { kind: 'stream', limitBytes: 5_000_000 },
    handler: async () => refused('uploadOffsetMismatch', 'no'),
  }),
  route({ ...common, path: '/nothing', operationId: 'nothing', access: 'public', handler: async () => empty(204) }),
];
const large = 6_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const json = 'Content-Type: application/json\r\n';

/** Sends a head and then a large body; resolves with all that came back, and with how the connection ended. */
async function send(
  port: number,
  head: string,
  pace: 'fast' | 'slow',
): Promise<{ readonly text: string; readonly error: string | undefined }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let error: string | undefined;
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  socket.on('error', ({ code }: NodeJS.ErrnoException) => (error = code));
  socket.write(`${head}Host: x\r\n\r\n`);
  const length = Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? large);
  await (pace === 'fast' ? sendAtOnce(socket, length) : sendInPieces(socket));
  socket.end();
  if (!socket.closed) await once(socket, 'close');
  return { text, error };
}

async function sendAtOnce(socket: Socket, length: number): Promise<void> {
  const chunk = Buffer.alloc(60_000, 'x');
  for (let sent = 0; sent < length && socket.writable; sent += chunk.length)
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
}

/** Reads the answer whole before it continues sending. */
async function sendInPieces(socket: Socket): Promise<void> {
  await once(socket, 'data');
  for (let count = 0; count < 50 && socket.writable; count += 1) {
    socket.write(Buffer.alloc(1_000, 'x'));
    await new Promise(setImmediate);
  }
}

describe('an answer that comes before the request is there', function () {
  this.timeout(30_000);
  const http = httpUnderTest(routes, { actors: { ann: testUser('ann') } });
  const port = () => (http.server.address() as { port: number }).port;
  after(() => http.close());

  // prettier-ignore
  const cases: ReadonlyArray<readonly [title: string, head: string, status: number]> = [
    ['413, by its stated length',     `POST /open HTTP/1.1\r\n${json}Content-Length: ${large}\r\n`,               413],
    ['415',                           `POST /open HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: ${large}\r\n`, 415],
    ['401',                           `POST /own HTTP/1.1\r\n${json}Content-Length: ${large}\r\n`,                401],
    ['403, from another site',        `POST /own HTTP/1.1\r\nOrigin: http://evil.example\r\n${json}Content-Length: ${large}\r\n`, 403],
    ['404',                           `POST /nowhere HTTP/1.1\r\n${json}Content-Length: ${large}\r\n`,            404],
    ['405',                           `PUT /open HTTP/1.1\r\n${json}Content-Length: ${large}\r\n`,                405],
    ['400, by its query',             `POST /open?a=%zz HTTP/1.1\r\n${json}Content-Length: ${large}\r\n`,         400],
    ['413 of an upload',              `POST /bytes HTTP/1.1\r\nContent-Length: ${large}\r\n`,                     413],
    ['409 of an upload',              `POST /bytes HTTP/1.1\r\nContent-Length: 4800000\r\n`,                          409],
    ['204 where no body is read',     `POST /nothing HTTP/1.1\r\nContent-Length: ${large}\r\n`,                   204],
    ['431',                           `POST /open HTTP/1.1\r\n${`X: ${'y'.repeat(1_000)}\r\n`.repeat(20)}`,         431],
    ['400, by its first line',        `NONSENSE\r\n${json}Content-Length: ${large}\r\n`,                          400],
  ];
  for (const [title, head, status] of cases)
    for (const pace of ['fast', 'slow'] as const)
      for (const connection of ['', 'Connection: close\r\n'])
        it(`${title}: reaches a client that sends ${pace}${connection && ' and wants the connection closed'}`, async () => {
          const { text, error } = await send(port(), head + connection, pace);
          assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
          assert.isUndefined(error);
        });

  it('503 while there is no application, as a starting controller answers', async () => {
    const server = createHttpServer((_request, response) =>
      sendProblem(response.setHeader('Connection', 'close'), refused('unavailable', 'not yet'), undefined),
    );
    const { text, error } = await send(await listen(server, { port: 0, host: '127.0.0.1' }), cases[0]?.[1] ?? '', 'fast');
    assert.match(text, /^HTTP\/1.1 503 /);
    assert.isUndefined(error);
    await closeServer(server, 0);
  });

  for (const connection of ['', 'Connection: close\r\n'])
    it(`what comes after it is bounded${connection && ', also when the connection is to be closed'}`, async () => {
      const server = createHttpServer((_request, response) => response.end('no'), { bytes: 100_000 });
      const socket = connect(await listen(server, { port: 0, host: '127.0.0.1' }), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${connection}Content-Length: 1000000000000\r\n\r\n`);
      try {
        await sendAtOnce(socket, Infinity); // until the server has closed it
        assert.isFalse(socket.writable);
      } finally {
        socket.destroy();
        await closeServer(server, 0);
      }
    });

  it('400, in the middle of its body: the connection ends with the client', async () => {
    const socket = connect(port(), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.end(`POST /open HTTP/1.1\r\nHost: x\r\n${json}Transfer-Encoding: chunked\r\n\r\nnot a length\r\n`);
    await once(socket, 'close');
    assert.match(text, /^HTTP\/1.1 400 /);
  });

  it('many on one connection: none of their requests is kept', async () => {
    const seen: Array<WeakRef<object>> = [];
    const server = createHttpServer((request, response) => {
      seen.push(new WeakRef(request));
      response.end('yes');
    });
    const socket = connect(await listen(server, { port: 0, host: '127.0.0.1' }), '127.0.0.1');
    socket.setEncoding('utf8');
    try {
      for (let count = 0; count < 50; count += 1) {
        socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
        await once(socket, 'data');
      }
      await new Promise(setImmediate);
      collectGarbage();
      assert.isAtMost(seen.filter((request) => request.deref() !== undefined).length, 3);
    } finally {
      socket.destroy();
      await closeServer(server, 0);
    }
  });

  it('ends with a client that stops sending', async () => {
    const server = createHttpServer((_request, response) => response.end('no'), { ms: 10 });
    const socket = connect(await listen(server, { port: 0, host: '127.0.0.1' }), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await once(socket, 'close');
    await closeServer(server, 0);
  });
});
