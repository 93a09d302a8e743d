import { once } from 'node:events';
import { get, request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { liveLinkPath } from '@drover/protocol/live';
import { expect } from 'chai';
import { Farm } from '../testing/farm.js';
import { SimulatedAgents } from '../testing/simulated/simulated-agents.js';

/** Requests that are under way at the same time. */
const atOnce = 50;

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
}

/** Far more of each than a machine that means well asks for. */
const asked = 600;

describe('A5 doors that anyone may knock at', function () {
  this.timeout(60_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
  });
  after(() => farm?.close());

  /** Answers to many requests for a socket with these headers. */
  async function knocks(path: string, headersOf: (count: number) => Record<string, string>): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (let count = 0; count < asked; count += atOnce)
      answers.push(...(await Promise.all(Array.from({ length: atOnce }, (_, index) => knock(path, headersOf(count + index))))));
    return answers;
  }

  async function knock(path: string, headers: Record<string, string>): Promise<Answer> {
    const asking = request(`${farm.url}${path}/?EIO=4&transport=websocket`, {
      agent: false,
      headers: { ...headers, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }, // prettier-ignore
    }).end();
    const answer = await new Promise<IncomingMessage>(
      (resolve, reject) =>
      asking.once('response', resolve).once('upgrade', (response, socket) => (socket.destroy(), resolve(response))).once('error', reject), // prettier-ignore
    );
    answer.resume();
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'] };
  }

  it('a flood of made-up sessions and tokens at the live link is refused, and people and agents come in meanwhile', async () => {
    const agents = await SimulatedAgents.register(farm, { count: 5 });
    const flood = knocks(liveLinkPath, (count) =>
      count % 2 === 0 ? { authorization: `Bearer made-up-${count}` } : { cookie: `drover_session=made-up-${count}`, origin: farm.url },
    );
    for (let count = 0; count < 5; count += 1) (await farm.live()).close();
    await agents.connect();
    const answers = await flood;
    agents.close();
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([401, 429]));
    expect(answers.filter(({ status }) => status === 401).length).to.be.lessThan(asked / 4);
    for (const { status, retryAfter } of answers) if (status === 429) expect(Number(retryAfter)).to.be.within(1, 10);
  });

  it('a client that resets its connection at any moment of asking for a socket ends nothing', async () => {
    const port = Number(new URL(farm.url).port);
    for (const path of [liveLinkPath, '/agent/link', '/nowhere']) {
      for (let count = 0; count < 40; count += 1) {
        const asking = request({ port, path: `${path}/?EIO=4&transport=websocket`, agent: false, headers: { authorization: `Bearer x${count}`, connection: 'Upgrade', upgrade: 'websocket' } }); // prettier-ignore
        asking.on('error', () => undefined);
        asking.end();
        const [socket] = (await once(asking, 'socket')) as [Socket];
        if (socket.connecting) await once(socket, 'connect');
        if (count % 2 === 0) await new Promise((resolve) => asking.once('response', resolve).once('error', resolve));
        socket.resetAndDestroy();
      }
    }
    expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);
    expect(farm.controller.isRunning).to.equal(true);
  });

  it('downloads of the agent that are never read keep nobody out, and end with their clients', async () => {
    const open = async (): Promise<IncomingMessage> => {
      const [response] = (await once(get(`${farm.url}/install/drover-agent.tgz`, { agent: false }), 'response')) as [IncomingMessage];
      return response;
    };
    const all = await Promise.all(Array.from({ length: 80 }, open));
    const statuses = all.map(({ statusCode }) => statusCode);
    expect(new Set(statuses)).to.satisfy((seen: Set<number>) => [...seen].every((status) => status === 200 || status === 429));
    for (const response of all) response.destroy();
    expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);
    const script = await fetch(`${farm.url}/install/agent.sh`);
    expect(await script.text()).to.include('--retry 8');
  });
});
