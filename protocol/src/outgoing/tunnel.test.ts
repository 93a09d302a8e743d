import type { LookupAddress } from 'node:dns';
import { assert } from 'chai';
import { OutgoingFault } from './fault.js';
import { createOutgoing } from './outgoing.js';
import { connectProxy } from './testing/connect-proxy.js';
import { keepWriting, oddServer, type OddServer } from './testing/odd-servers.js';

const get = { method: 'GET', answerMs: 20_000 } as const;
const answering = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const faultOf = (asked: Promise<unknown>): Promise<OutgoingFault | undefined> =>
  asked.then(
    () => undefined,
    (error: unknown) => (error instanceof OutgoingFault ? error : assert.fail(String(error))),
  );

describe('G2 an outgoing call through a proxy', () => {
  let server: OddServer;
  before(async () => (server = await oddServer((socket) => void socket.write(answering))));
  after(() => server.close());

  for (const host of ['127.0.0.1', '::1'])
    it(`gives its name and password to the proxy on ${host}, and no name to a resolver`, async () => {
      const authorization = `Basic ${Buffer.from('me:p@ss w').toString('base64')}`;
      const proxy = await connectProxy(server.port, { authorization, host });
      const http_proxy = `http://me:p%40ss%20w@${host.includes(':') ? `[${host}]` : host}:${proxy.port}`;
      const { text } = await createOutgoing({ environment: { http_proxy } }).exchange(new URL('http://no-such-host.test:7080/x'), get);
      await proxy.close();
      assert.deepEqual([text, proxy.asked], ['hi', [{ authority: 'no-such-host.test:7080', authorization }]]);
    });

  it('says that the proxy refuses the password, and not which', async () => {
    const proxy = await connectProxy(server.port, { authorization: 'Basic other' });
    const environment = { http_proxy: `http://me:secret@127.0.0.1:${proxy.port}` };
    const fault = await faultOf(createOutgoing({ environment }).exchange(new URL('http://farm.test/'), get));
    await proxy.close();
    assert.equal(fault?.code, 'proxy');
    assert.match(fault?.message ?? '', /127\.0\.0\.1:\d+ refused user and password.*407/);
    assert.notMatch(JSON.stringify([fault, fault?.stack, String(fault?.cause)]), /secret|bWU6c2VjcmV0/);
  });

  // prettier-ignore
  const odd: Array<[title: string, answer: (to: Parameters<Parameters<typeof oddServer>[0]>[0]) => void, code: string]> = [
    ['says nothing',           () => undefined,                                                          'timeout'],
    ['drips its headers',      (to) => { to.write('HTTP/1.1 200 OK\r\n'); keepWriting(to, 'X: y\r\n', 20); }, 'timeout'],
    ['never ends its headers', (to) => { to.write('HTTP/1.1 200 OK\r\n'); keepWriting(to, `X: ${'y'.repeat(999)}\r\n`); }, 'proxy'],
    ['refuses the address',    (to) => void to.end('HTTP/1.1 403 Forbidden\r\n\r\n'),                    'proxy'],
    ['ends the connection',    (to) => void to.end(),                                                    'proxy'],
  ];
  for (const [title, answer, code] of odd)
    it(`is over, and its connection closed, when the proxy ${title}: ${code}`, async () => {
      const proxy = await oddServer(answer);
      const environment = { http_proxy: proxy.url.href };
      const answerMs = code === 'timeout' ? 300 : 20_000;
      const fault = await faultOf(createOutgoing({ environment }).exchange(new URL('http://farm.test/'), { ...get, answerMs }));
      await proxy.quiet();
      await proxy.close();
      assert.equal(fault?.code, code);
    });
});

describe('an outgoing call with a gate', () => {
  let server: OddServer;
  let other: OddServer;
  before(async () => {
    other = await oddServer((socket) => void socket.write(answering));
    server = await oddServer((socket, request) =>
      socket.write(
        request.startsWith('GET /moved')
          ? `HTTP/1.1 302 Found\r\nLocation: http://inner.test:${other.port}/\r\nContent-Length: 0\r\n\r\n`
          : answering,
      ),
    );
  });
  after(() => Promise.all([server.close(), other.close()]));

  const asked: string[] = [];
  const gate = (host: string): Promise<readonly LookupAddress[]> => {
    asked.push(host);
    return host === 'outer.test'
      ? Promise.resolve([{ address: '127.0.0.1', family: 4 }])
      : Promise.reject(new OutgoingFault('forbidden', 'not allowed'));
  };
  beforeEach(() => void asked.splice(0));

  it('connects to the address that the gate has named', async () => {
    const answer = await createOutgoing({ environment: {}, gate }).exchange(new URL(`http://outer.test:${server.port}/`), get);
    assert.deepEqual([answer.text, asked], ['hi', ['outer.test']]);
  });

  for (const host of ['127.0.0.1', '[::1]', '2130706433', 'localhost'])
    it(`asks it about ${host} too`, async () => {
      const call = createOutgoing({ environment: {}, gate }).exchange(new URL(`http://${host}:${server.port}/`), get);
      assert.equal((await faultOf(call))?.code, 'forbidden');
      assert.lengthOf(asked, 1);
    });

  it('asks it again after a redirect', async () => {
    const call = createOutgoing({ environment: {}, gate }).exchange(new URL(`http://outer.test:${server.port}/moved`), {
      ...get,
      redirects: 3,
    });
    assert.equal((await faultOf(call))?.code, 'forbidden');
    assert.deepEqual([asked, other.requests], [['outer.test', 'inner.test'], []]);
  });

  it('tells a proxy the address, not the name', async () => {
    const proxy = await connectProxy(server.port);
    const environment = { http_proxy: `http://127.0.0.1:${proxy.port}` };
    await createOutgoing({ environment, gate }).exchange(new URL('http://outer.test:81/'), get);
    await proxy.close();
    assert.deepEqual(
      proxy.asked.map(({ authority }) => authority),
      ['127.0.0.1:81'],
    );
  });
});
