import { agentLinkPath } from '@drover/protocol/agent';
import { liveEvent, liveLinkPath } from '@drover/protocol/live';
import { expect } from 'chai';
import { Farm } from '../testing/farm.js';
import { poisons } from './harness/poison.js';
import { poisoned } from './harness/poisoned.js';
import { connect, outcomeOf } from './harness/sockets.js';
import { expectNothingInside, forEach } from './harness/walk.js';
import { makeWorld, type World } from './harness/world.js';

const runId = '01arz3ndektsv4rrffq69g5fav';
const attemptId = `${runId}.work.1`;
/** Every kind of message, each with all of its fields; all name things that are not there. */
const messages: readonly object[] = [
  { type: 'watchRuns', projectId: runId, pipelineId: runId },
  { type: 'watchRun', runId },
  { type: 'watchAgents' },
  { type: 'watchFarm' },
  { type: 'watchLog', attemptId, offset: 0, tailBytes: 1 },
  { type: 'logCredit', attemptId, taken: 1 },
  { type: 'unwatch', topic: 'runs' },
  { type: 'nonsense' },
];

describe('O1 A4 bad messages of a browser are refused by name, and the controller continues', function () {
  this.timeout(60_000);
  let farm: Farm;
  let world: World;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    world = await makeWorld(farm);
  });
  after(() => farm.close());

  const own = () => ({ cookie: farm.api.cookie, origin: farm.url });

  it('poison in every field, and in place of a message', async () => {
    const socket = await connect(farm.url, liveLinkPath, own());
    const small = poisons.filter(([name]) => name !== 'a long text' && name !== 'a deep list');
    const bad = [
      ...small.map(([name, document]) => ({ name, pointer: '', document })),
      ...messages.flatMap((message) => [...poisoned(message, small)]),
    ];
    await forEach(bad, async ({ name, pointer, document }) => {
      const reply = (await socket.timeout(10_000).emitWithAck(liveEvent, document)) as { ok: boolean; detail?: string };
      const place = `${name} in ${pointer}: ${JSON.stringify(document)?.slice(0, 200)} → ${JSON.stringify(reply)}`;
      expect(reply.ok, place).to.equal(false);
      expect(reply.detail, place).to.be.a('string').and.not.equal('');
      expectNothingInside(reply.detail ?? '', place);
    });
    socket.disconnect();
    expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);
  });

  it('too large a message closes that connection only', async () => {
    const large = await connect(farm.url, liveLinkPath, own());
    const other = await connect(farm.url, liveLinkPath, own());
    const closed = new Promise((resolve) => large.once('disconnect', resolve));
    large.emit(liveEvent, { type: 'watchRuns', filler: 'x'.repeat(1_000_000) });
    await closed;
    expect(other.connected).to.equal(true);
    other.disconnect();
  });

  it('A1 sockets of nobody are not opened: no token, a wrong one, another’s, a foreign origin, a user in the address', async () => {
    for (const [path, headers] of [
      [agentLinkPath, {}],
      [agentLinkPath, { authorization: 'Bearer wrong' }],
      [agentLinkPath, { authorization: `Bearer ${'x'.repeat(10_000)}` }],
      [agentLinkPath, { cookie: farm.api.cookie, origin: farm.url }],
      [liveLinkPath, {}],
      [liveLinkPath, { origin: farm.url }],
      [liveLinkPath, { cookie: farm.api.cookie }],
      [liveLinkPath, { cookie: farm.api.cookie, origin: 'null' }],
      [liveLinkPath, { cookie: farm.api.cookie, origin: 'http://elsewhere.example' }],
      [liveLinkPath, { cookie: farm.api.cookie, origin: 'http://elsewhere.example', authorization: 'Basic YTpi' }],
      [liveLinkPath, { authorization: `Bearer ${world.agentToken}` }],
      [liveLinkPath, { cookie: 'drover_session=wrong', origin: farm.url }],
    ] as const) {
      expect(await outcomeOf(farm.url, path, headers), `${path} ${JSON.stringify(headers).slice(0, 100)}`).to.equal('refused');
    }
  });

  it('A4 changes that a foreign page asks for with the person’s cookie are refused, however it is sent', async () => {
    for (const headers of [
      { origin: 'http://elsewhere.example' },
      { origin: 'null' },
      { origin: 'http://elsewhere.example', authorization: 'Basic YTpi' },
      { 'sec-fetch-site': 'cross-site', authorization: 'Basic YTpi' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const response = await fetch(`${farm.url}/api/v1/runs/${world.ids['runId'] ?? ''}/stop`, {
        method: 'POST',
        headers: { cookie: farm.api.cookie, ...headers } as Record<string, string>,
      });
      expect(response.status, JSON.stringify(headers)).to.equal(403);
      expect(((await response.json()) as { code: string }).code).to.equal('originRefused');
    }
    expect(await farm.api.get(`/runs/${world.ids['runId'] ?? ''}`)).to.not.have.property('finishedAt');
  });
});
