import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { assert } from 'chai';
import { OutgoingFault } from './fault.js';
import { createOutgoing } from './outgoing.js';
import { keepWriting, oddServer, type OddServer } from './testing/odd-servers.js';

const ok = 'HTTP/1.1 200 OK\r\n';
const outgoing = createOutgoing({ environment: {} });
const limits = { answerMs: 300, answerBytes: 100_000 };
const short = { method: 'GET', ...limits } as const;
/** Where only the size is in question, the time must not decide. */
const long = { method: 'GET', ...limits, answerMs: 20_000 } as const;

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error instanceof OutgoingFault ? error.code : String(error)),
  );

describe('an outgoing call', () => {
  let server: OddServer | undefined;
  const serve = async (answer: (socket: Socket, request: string) => void): Promise<OddServer> => (server = await oddServer(answer));
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('brings the answer, with letters that are split between two pieces', async () => {
    const { url } = await serve((socket) => {
      const bytes = Buffer.from('grün');
      socket.write(`${ok}Content-Length: ${bytes.length}\r\n\r\n`);
      socket.write(bytes.subarray(0, 3));
      setImmediate(() => socket.write(bytes.subarray(3)));
    });
    const { status, text } = await outgoing.exchange(url, long);
    assert.deepEqual([status, text], [200, 'grün']);
  });

  // prettier-ignore
  const answers: Array<[title: string, answer: (socket: Socket) => void, how: typeof short | typeof long, code: string]> = [
    ['says nothing',                () => undefined,                                                                        short, 'timeout'],
    ['drips its body',              (to) => { to.write(`${ok}\r\n`); keepWriting(to, 'x', 5); },                            short, 'timeout'],
    ['drips its headers',           (to) => { to.write(ok); keepWriting(to, 'X: y\r\n', 20); },                             short, 'timeout'],
    ['stops in its body',           (to) => void to.write(`${ok}Content-Length: 9\r\n\r\nx`),                               short, 'timeout'],
    ['promises an answer for ever', (to) => keepWriting(to, 'HTTP/1.1 102 Processing\r\n\r\n', 5),                          short, 'timeout'],
    ['never ends its body',         (to) => { to.write(`${ok}\r\n`); keepWriting(to, Buffer.alloc(65_536)); },              long,  'tooLong'],
    ['never ends its chunks',       (to) => { to.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`); keepWriting(to, `3E8\r\n${'x'.repeat(1_000)}\r\n`); }, long, 'tooLong'],
    ['never ends its headers',      (to) => { to.write(ok); keepWriting(to, `X: ${'y'.repeat(1_000)}\r\n`); },              long,  'unreachable'],
    ['never ends one header',       (to) => { to.write(`${ok}X: `); keepWriting(to, 'y'.repeat(1_000)); },                  long,  'unreachable'],
    ['never ends a chunk’s name',   (to) => { to.write(`${ok}Transfer-Encoding: chunked\r\n\r\n1;`); keepWriting(to, 'y'.repeat(1_000)); }, long, 'unreachable'],
    ['never ends its trailers',     (to) => { to.write(`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`); keepWriting(to, `X: ${'y'.repeat(1_000)}\r\n`); }, long, 'unreachable'],
    ['sends a bomb of gzip',        (to) => void to.write(bomb()),                                                          long,  'encoded'],
    ['ends in its body',            (to) => void to.end(`${ok}Content-Length: 9\r\n\r\nx`),                                 long,  'unreachable'],
    ['ends at once',                (to) => void to.end(),                                                                  long,  'unreachable'],
    ['speaks something else',       (to) => void to.write('220 mail.example.org ESMTP\r\n'),                                long,  'unreachable'],
  ];
  for (const [title, answer, how, code] of answers) {
    it(`is over, and its connection closed, when a server ${title}: ${code}`, async () => {
      const { url, quiet } = await serve(answer);
      assert.equal(await codeOf(outgoing.exchange(url, how)), code);
      await quiet();
    });
  }

  it('holds no more of an endless answer than was allowed', async () => {
    let wasSent = 0;
    const { url, quiet } = await serve((socket) => {
      socket.write(`${ok}\r\n`);
      keepWriting(socket, Buffer.alloc(65_536));
      socket.once('close', () => (wasSent = socket.bytesWritten));
    });
    assert.equal(await codeOf(outgoing.exchange(url, long)), 'tooLong');
    await quiet();
    assert.isBelow(wasSent, 50_000_000); // what the system’s buffers hold, not what could be read
  });

  it('closes its connection when the answer is complete, and asks for that', async () => {
    const { url, quiet, requests } = await serve((socket) => void socket.write(`${ok}Content-Length: 1\r\n\r\nx`));
    assert.equal((await outgoing.exchange(url, long)).text, 'x');
    await quiet();
    assert.match(requests[0] ?? '', /\r\nconnection: close/i);
  });

  it('uses one connection for the calls of a session, and closes it with that', async () => {
    const ports = new Set<number | undefined>();
    const { url, quiet } = await serve((socket) => {
      ports.add(socket.remotePort);
      socket.write(`${ok}Content-Length: 1\r\n\r\nx`);
    });
    const session = outgoing.session();
    for (let call = 0; call < 3; call += 1) await session.exchange(url, long);
    session.close();
    await quiet();
    assert.equal(ports.size, 1);
  });

  it('rejects with the reason of the caller when that gives up', async () => {
    const aborter = new AbortController();
    const { url, quiet } = await serve(() => aborter.abort(new Error('stopped')));
    assert.equal(await codeOf(outgoing.exchange(url, { ...long, signal: aborter.signal })), 'Error: stopped');
    await quiet();
  });

  it('streams a body for longer than an answer may take, and stops at an early answer', async () => {
    const { url, quiet, requests } = await serve((socket) => {
      socket.write(`${ok.replace('200 OK', '413 Too Large')}Content-Length: 2\r\n\r\nno`);
    });
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) yield randomBytes(65_536);
    }
    const { status } = await outgoing.exchange(url, { method: 'PUT', body: endless(), answerMs: 20_000 });
    assert.equal(status, 413);
    await quiet();
    assert.lengthOf(requests, 1);
  });

  it('ends a body that stalls', async () => {
    const { url, quiet } = await serve(() => undefined);
    async function* stalling(): AsyncGenerator<Buffer> {
      yield Buffer.from('x');
      await new Promise(() => undefined);
    }
    assert.equal(await codeOf(outgoing.exchange(url, { method: 'PUT', body: stalling(), answerMs: 300 })), 'timeout');
    await quiet();
  });

  describe('that is redirected', () => {
    const moved = (to: string): string => `HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`;

    it('is not followed unless that is asked for', async () => {
      const { url } = await serve((socket) => void socket.write(moved('/next')));
      assert.equal((await outgoing.exchange(url, long)).status, 302);
    });

    it('is followed as often as allowed, and no more', async () => {
      const { url, requests } = await serve((socket) => void socket.write(moved('/again')));
      assert.equal(await codeOf(outgoing.exchange(url, { ...long, redirects: 3 })), 'redirected');
      assert.lengthOf(requests, 4);
    });

    it('takes its credentials to no other origin', async () => {
      const other = await oddServer((socket) => void socket.write(`${ok}Content-Length: 0\r\n\r\n`));
      const { url, requests } = await serve((socket) => void socket.write(moved(other.url.href)));
      const headers = { authorization: 'Basic xyz', cookie: 'a=b', accept: 'text/plain' };
      await outgoing.exchange(url, { ...long, redirects: 1, headers });
      await other.close();
      assert.match(requests[0] ?? '', /authorization: Basic xyz/i);
      assert.notMatch(other.requests[0] ?? '', /authorization|cookie/i);
      assert.match(other.requests[0] ?? '', /accept: text\/plain/i);
    });

    for (const to of ['file:///etc/passwd', 'http://user:secret@127.0.0.1/', 'gopher://127.0.0.1/', 'http://[::1'])
      it(`is not followed to ${to}`, async () => {
        const { url } = await serve((socket) => void socket.write(moved(to)));
        assert.equal(await codeOf(outgoing.exchange(url, { ...long, redirects: 3 })), 'redirected');
      });
  });
});

function bomb(): Buffer {
  const packed = gzipSync(Buffer.alloc(10_000_000));
  return Buffer.concat([Buffer.from(`${ok}Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`), packed]);
}
