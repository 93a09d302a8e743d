import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket as NetSocket } from 'node:net';
import { agentLinkPath, linkEvent, type AgentMessage, type ControllerMessage, type Hello } from '@drover/protocol/agent';
import { asId, type AgentId, type AttemptId, type OfferId } from '@drover/protocol';
import { assert } from 'chai';
import { io, type Socket } from 'socket.io-client';
import type { AgentConnection, AgentGateway, Answer } from '../../../services/ports/engine/link.js';
import type { Log } from '../../../services/ports/environment.js';
import { createTryLimiter } from '../../limits/try-limiter.js';
import { createAgentLink, usualTurns, type AgentLink } from './agent-link.js';

const agentId = asId<AgentId>('01hzy00000000000000000agn1');
const attemptId = asId<AttemptId>('01hzy0000000000000000000r1.a.1');
const done: Answer = { ok: true };
const nothing = (): void => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, with: () => log };

const hello: Hello = {
  type: 'hello',
  protocolVersion: 1,
  capabilities: [],
  bootNonce: 'process-1',
  slots: 1,
  labels: [],
  facts: {
    productVersion: '0',
    os: 'linux',
    arch: 'x64',
    hostname: 'h',
    cpus: 1,
    memoryMb: 1,
    automaticLabels: [],
    executors: ['shell'],
    isolation: 'none',
  },
  health: { healthy: true, reasons: [], loadPercent: 0, freeMemoryMb: 1, freeDiskMb: 1 },
  attempts: [],
};

const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';
const draining: AgentMessage = { type: 'draining', draining: true };

describe('the link of agents', () => {
  let http: Server;
  let link: AgentLink;
  let url: string;
  let received: AgentMessage[];
  let ended: string[];
  let answer: (message: AgentMessage) => Promise<Answer>;
  let connection: AgentConnection | undefined;
  let wake: () => void;
  let authenticate: AgentGateway['authenticate'];
  let turn: ReturnType<typeof usualTurns>['removeTokens'];
  const sockets: Socket[] = [];
  const bare: NetSocket[] = [];

  beforeEach(async () => {
    received = [];
    ended = [];
    connection = undefined;
    wake = nothing;
    const usual = usualTurns();
    turn = (count) => usual.removeTokens(count);
    answer = () => Promise.resolve(done);
    authenticate = (token) => Promise.resolve(token === 'good' ? agentId : undefined);
    http = createServer();
    http.on('connection', (socket) => socket.on('error', nothing)); // as the controller's own
    const gateway: AgentGateway = {
      known: (token) => (token.startsWith('good') ? agentId : undefined),
      authenticate: (token) => authenticate(token),
      open: (_agentId, opened) => {
        connection = opened;
        return {
          receive: (message) => (received.push(message), answer(message)),
          answered: nothing,
          ended: (reason) => (ended.push(reason), wake()),
        };
      },
    };
    const strangers = createTryLimiter({ tries: 5, seconds: 60 });
    link = createAgentLink({ httpServer: http, gateway, strangers, addressOf, log, turns: { removeTokens: (count) => turn(count) } });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.disconnect());
    bare.splice(0).forEach((socket) => socket.destroy());
    await link.close();
    await new Promise<unknown>((resolve) => http.close(resolve));
  });

  function open(token: string, transports = ['websocket']): Socket {
    const socket = io(url, {
      path: agentLinkPath,
      transports,
      extraHeaders: { Authorization: `Bearer ${token}` },
      reconnection: false,
      forceNew: true,
    });
    sockets.push(socket);
    return socket;
  }

  const connected = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', reject);
    });
  const failure = (socket: Socket): Promise<string> =>
    connected(socket).then(
      () => 'connected',
      (error: { readonly description?: { readonly message?: string } }) => error.description?.message ?? 'refused',
    );
  const say = (socket: Socket, message: unknown): Promise<Answer> => socket.timeout(5_000).emitWithAck(linkEvent, message);

  it('G1 lets in who has a machine token, and tells an unknown one by 401 not to come back', async () => {
    await connected(open('good'));
    assert.match(await failure(open('bad')), /401/);
  });

  it('tells an agent by 503 to come back when nothing is known of tokens yet', async () => {
    authenticate = () => Promise.reject(new Error('the controller is starting'));
    assert.match(await failure(open('good')), /503/);
  });

  it('A5 keeps strangers apart: after some wrong tokens of one address it does not look at more, and lets agents in', async () => {
    let looked = 0;
    authenticate = (token) => ((looked += 1), Promise.resolve(token === 'good' ? agentId : undefined));
    for (let count = 0; count < 5; count += 1) assert.match(await failure(open('bad')), /401/);
    for (let count = 0; count < 400; count += 40)
      for (const answer of await Promise.all(Array.from({ length: 40 }, () => failure(open('bad'))))) assert.match(answer, /503/);
    assert.equal(looked, 5);
    assert.equal(await failure(open('good')), 'connected');
  });

  /** A bare request for a socket with a token that is known. */
  function ask(): { readonly socket: NetSocket; readonly status: Promise<string> } {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const lines = [`GET ${agentLinkPath}/?EIO=4&transport=websocket HTTP/1.1`, 'Host: x', 'Authorization: Bearer good', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', '']; // prettier-ignore
    bare.push(socket);
    socket.write(lines.join('\r\n'));
    const status = new Promise<string>((resolve, reject) => {
      socket.once('data', (bytes: Buffer) => resolve(bytes.toString().slice(9, 12)));
      socket.once('error', reject);
    });
    return { socket, status };
  }

  it('G7 lets agents that come back together wait for their turn, and refuses none', async () => {
    const asked = Array.from({ length: 400 }, ask);
    const statuses = await Promise.all(asked.map(({ status }) => status));
    assert.deepEqual([...new Set(statuses)], ['101']);
  });

  it('A5 drops the turn of an agent that has hung up', async () => {
    const looked: string[] = [];
    authenticate = (token) => (looked.push(token), Promise.resolve(agentId));
    const count = 20;
    let [waiting, hungUp] = [0, 0];
    const allHungUp = new Promise<void>((resolve) =>
      http.on('connection', (socket) => socket.on('close', () => (hungUp += 1) === count && resolve())),
    );
    const asked = Array.from({ length: count }, ask);
    turn = () => {
      if ((waiting += 1) === count) asked.forEach(({ socket }) => socket.resetAndDestroy());
      return allHungUp.then(() => 0);
    };
    for (const { status } of asked) status.catch(() => undefined);
    await allHungUp;
    assert.equal(await ask().status, '101');
    assert.deepEqual(looked, ['good']);
  });

  it('G13 closes the connection of an agent that sends invalid messages without end, says why, and lets it back later', async () => {
    const socket = open('good');
    await connected(socket);
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    const answers = await Promise.all(Array.from({ length: 100 }, () => say(socket, { type: 'nonsense' })));
    assert.match(JSON.stringify(answers.at(-1)), /After 100 invalid messages the connection is closed/);
    await closed;
    assert.match(await failure(open('good')), /503/);
  });

  it('speaks by websocket only', async () => {
    assert.equal(await failure(open('good', ['polling'])), 'refused');
  });

  it('answers a valid message, bytes of a log included', async () => {
    const socket = open('good');
    await connected(socket);
    assert.deepEqual(await say(socket, draining), done);
    answer = () => Promise.resolve({ ok: true, end: 3 });
    assert.deepEqual(await say(socket, { type: 'log', attemptId, fencing: 1, offset: 0, bytes: Buffer.from('abc'), marks: [[0, 5]] }), {
      ok: true,
      end: 3,
    });
    const [, frame] = received;
    assert.equal(frame?.type === 'log' && Buffer.from(frame.bytes).toString(), 'abc');
  });

  // prettier-ignore
  const invalid: ReadonlyArray<[title: string, message: unknown]> = [
    ['nothing',                    undefined],
    ['text',                       'hello'],
    ['an unknown type',            { type: 'shutdown' }],
    ['a type off the prototype',   { type: 'constructor' }],
    ['a missing field',            { type: 'draining' }],
    ['a field too many',           { type: 'draining', draining: true, extra: 1 }],
    ['a wrong type',               { ...hello, slots: '2' }],
    ['a list where an object is',  [hello]],
    ['an attempt id of its own',   { type: 'progress', attemptId: '../../etc', fencing: 1, steps: [] }],
    ['log bytes that are text',    { type: 'log', attemptId, fencing: 1, offset: 0, bytes: 'abc', marks: [] }],
    ['log bytes over the limit',   { type: 'log', attemptId, fencing: 1, offset: 0, bytes: Buffer.alloc(65_537), marks: [] }],
    ['a fencing number of zero',   { type: 'progress', attemptId, fencing: 0, steps: [] }],
  ];
  for (const [title, message] of invalid) {
    it(`refuses ${title} as invalid, and continues`, async () => {
      const socket = open('good');
      await connected(socket);
      assert.include(await say(socket, message), { ok: false, code: 'invalid' });
      assert.deepEqual(await say(socket, draining), done);
      assert.deepEqual(
        received.map(({ type }) => type),
        ['draining'],
      );
    });
  }

  it('refuses a message with a prototype key', async () => {
    const socket = open('good');
    await connected(socket);
    assert.include(await say(socket, JSON.parse('{"type":"draining","draining":true,"__proto__":{"a":1}}')), {
      ok: false,
      code: 'invalid',
    });
  });

  it('cuts a connection that sends more than a message may have', async () => {
    const socket = open('good');
    await connected(socket);
    const gone = new Promise<void>((resolve) => (wake = resolve));
    socket.emit(linkEvent, { type: 'health', bytes: Buffer.alloc(1_100_000) });
    await gone;
    assert.lengthOf(ended, 1);
  });

  it('says “unavailable” when the message could not be handled, and stays open', async () => {
    const socket = open('good');
    await connected(socket);
    answer = () => Promise.reject(new Error('the store is away'));
    assert.include(await say(socket, draining), { ok: false, code: 'unavailable' });
    answer = () => Promise.resolve(done);
    assert.deepEqual(await say(socket, draining), done);
  });

  it('sends what the services say, but nothing that breaks the protocol', async () => {
    const socket = open('good');
    const heard: ControllerMessage[] = [];
    await connected(socket);
    await say(socket, draining);
    const two = new Promise<void>((resolve) => {
      socket.on(linkEvent, (message: ControllerMessage) => {
        heard.push(message);
        if (heard.length === 2) resolve();
      });
    });
    const offer: ControllerMessage = { type: 'offer', attemptId, offerId: asId<OfferId>('offer-1'), executor: 'shell', sample: false };
    connection?.send(offer);
    connection?.send({ ...offer, offerId: asId<OfferId>('no such id') });
    connection?.send({ type: 'removed', detail: 'gone' });
    await two;
    assert.deepEqual(
      heard.map(({ type }) => type),
      ['offer', 'removed'],
    );
  });
});
