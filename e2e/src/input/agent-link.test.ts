import { agentLinkPath, linkEvent } from '@drover/protocol/agent';
import { liveEvent, liveLinkPath } from '@drover/protocol/live';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import { Farm } from '../testing/farm.js';
import { poisons } from './poison.js';

const agentTypes = ['hello', 'accept', 'decline', 'log', 'progress', 'finished', 'health', 'draining', 'nonsense', '__proto__'];
const liveTypes = ['watchRuns', 'watchRun', 'watchAgents', 'watchFarm', 'watchLog', 'logCredit', 'unwatch', 'nonsense', '__proto__'];
const fields = [
  'attemptId',
  'fencing',
  'offset',
  'bytes',
  'marks',
  'steps',
  'result',
  'offerId',
  'slot',
  'runId',
  'projectId',
  'topic',
  'taken',
];

describe('O1 G13 bad messages on the sockets are refused by name, and the controller goes on', function () {
  this.timeout(60_000);
  let farm: Farm;
  let token: string;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    const { secret } = await farm.api.post<{ secret: string }>('/registration-tokens', { name: 'hostile', uses: 1, expiresInHours: 1 });
    const facts = {
      productVersion: '0',
      os: 'linux',
      arch: 'x64',
      hostname: 'h',
      cpus: 1,
      memoryMb: 1,
      automaticLabels: [],
      executors: ['shell'],
      isolation: 'none',
    };
    const response = await fetch(`${farm.url}/api/v1/agent/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: secret, name: 'hostile', labels: [], slots: 1, protocolVersion: 1, facts }),
    });
    expect(response.status, await response.clone().text()).to.equal(201);
    ({ token } = (await response.json()) as { token: string });
  });
  after(() => farm.close());

  it('of an agent', async () => {
    const socket = await connect(farm.url, agentLinkPath, { authorization: `Bearer ${token}` });
    for (const message of messages(agentTypes)) {
      const reply = (await socket.timeout(5_000).emitWithAck(linkEvent, message)) as { ok: boolean; code?: string; detail?: string };
      expect(reply.ok, describeMessage(message)).to.equal(false);
      expect(reply.detail, describeMessage(message)).to.be.a('string');
    }
    socket.disconnect();
    expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);
  });

  it('of a browser', async () => {
    const socket = await connect(farm.url, liveLinkPath, { cookie: farm.api.cookie, origin: farm.url });
    for (const message of messages(liveTypes)) {
      const reply = (await socket.timeout(5_000).emitWithAck(liveEvent, message)) as { ok: boolean; code?: string };
      expect(reply.ok, describeMessage(message)).to.equal(false);
    }
    socket.disconnect();
    expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);
  });

  it('that are too large close that connection only', async () => {
    const large = await connect(farm.url, liveLinkPath, { cookie: farm.api.cookie, origin: farm.url });
    const other = await connect(farm.url, liveLinkPath, { cookie: farm.api.cookie, origin: farm.url });
    const closed = new Promise((resolve) => large.once('disconnect', resolve));
    large.emit(liveEvent, { type: 'watchRuns', filler: 'x'.repeat(1_000_000) });
    await closed;
    expect(other.connected).to.equal(true);
    other.disconnect();
  });

  it('from nobody are not heard: no token, a wrong one, a foreign origin', async () => {
    for (const [path, headers] of [
      [agentLinkPath, {}],
      [agentLinkPath, { authorization: 'Bearer wrong' }],
      [liveLinkPath, {}],
      [liveLinkPath, { cookie: farm.api.cookie, origin: 'http://elsewhere.example' }],
    ] as const) {
      const outcome = await connect(farm.url, path, headers).then(
        (socket) => {
          socket.disconnect();
          return 'connected';
        },
        () => 'refused',
      );
      expect(outcome, `${path} ${JSON.stringify(headers)}`).to.equal('refused');
    }
  });
});

function connect(url: string, path: string, extraHeaders: Readonly<Record<string, string>>): Promise<Socket> {
  const socket = io(url, { path, transports: ['websocket'], extraHeaders, reconnection: false, forceNew: true });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(error);
    });
  });
}

/** Every kind of message with every poison in each of its fields, and poison in place of a message. */
function* messages(types: readonly string[]): Generator<unknown> {
  const small = poisons.filter(([name]) => name !== 'a long text' && name !== 'a deep list');
  for (const [, value] of small) yield value;
  for (const type of types) {
    for (const field of fields) for (const [, value] of small) yield { type, [field]: value };
  }
}

const describeMessage = (message: unknown): string => JSON.stringify(message).slice(0, 300);
