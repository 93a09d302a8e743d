import { assert } from 'chai';
import { settle } from '../../adapters/memory/time.js';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm, projectId } from '../../testing/engine/farm.js';
import { withRecovery, working } from '../../testing/engine/working-farm.js';
import { AgentService } from './agent-service.js';
import { marginMs } from '../placing/absence.js';

describe('sessions of agents', () => {
  it('G13 lets the same process take its half-open session over', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const agent = await farm.addAgent('drover-1');
    assert.isTrue((await agent.connect()).ok);
    assert.isTrue((await agent.connect()).ok);
    await farm.close();
  });

  it('G13 refuses another process with the same identity', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    assert.include(await agent.connect({ bootNonce: 'process-2' }), { ok: false, code: 'identityInUse' });
    await farm.close();
  });

  it('G2 tells an agent of another protocol version what to do', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const agent = await farm.addAgent('drover-1');
    const answer = await agent.connect({ protocolVersion: 99 });
    assert.include(answer, { ok: false, code: 'protocolMismatch' });
    assert.match(answer.ok ? '' : answer.detail, /version 99.*the controller 1\. Upgrade the controller/);
    await farm.close();
  });

  it('G5 lets no agent in that was not approved, and offers nothing to one that drains', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const [waiting, leaving] = [await farm.addAgent('new', { approved: false }), await farm.addAgent('leaving')];
    assert.include(await waiting.connect(), { ok: false, code: 'notApproved' });
    await leaving.connect();
    await leaving.say({ type: 'draining', draining: true });
    await farm.start();
    assert.lengthOf(leaving.offers(), 0);
    await farm.close();
  });

  it('G5 ends the session of an agent that another controller has removed, and gives up what it holds', async () => {
    const { farm, agent, runId } = await working(withRecovery(600, 'fail'));
    await farm.agents.remove(agent.agentId);
    await farm.core.agents.change(agent.agentId, (record) => ({ ...record, enabled: false }));
    await farm.time.advance(1_000);
    assert.equal(agent.heard.at(-1)?.type, 'removed');
    assert.equal(await farm.line(runId), 'failed: a lost');
    assert.include(await agent.connect(), { ok: false, code: 'removed' });
    await farm.close();
  });

  it('G5 keeps an agent that the store would not remove, with what it holds, and says so', async () => {
    const onCall = (call: string) => (call === 'agents.remove' ? ('before' as const) : undefined);
    const { farm, agent, runId } = await working(withRecovery(600, 'fail'), { onCall });
    const error: unknown = await new AgentService(farm.core).remove(agent.agentId).catch((failure: unknown) => failure);
    await farm.time.advance(10_000);
    assert.instanceOf(error, Error);
    assert.notInclude(
      agent.heard.map(({ type }) => type),
      'removed',
    );
    await agent.finish();
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    assert.isTrue((await agent.connect()).ok);
    await farm.close();
  });

  it('G5 tells of a removal once, to those of its project, however many ask for it at once', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const { agentId } = await farm.addAgent('drover-1', { projectId });
    const service = new AgentService(farm.core);
    const answers = await Promise.all([service.remove(agentId), service.remove(agentId)]);
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [true, true],
    );
    assert.deepEqual(
      farm.told.filter(({ type }) => type === 'agentGone'),
      [{ type: 'agentGone', agentId, projectId }],
    );
    await farm.close();
  });

  it('G5 tells an agent of its removal that was stored, though the store answered with an error', async () => {
    let isAway = true;
    const onCall = (call: string) =>
      call === 'agents.remove' ? ('after' as const) : call === 'agents.read' && isAway ? ('before' as const) : undefined;
    const { farm, agent, runId } = await working(withRecovery(600, 'fail'), { onCall });
    await new AgentService(farm.core).remove(agent.agentId).catch(() => undefined);
    await farm.time.advance(10_000);
    isAway = false;
    await farm.time.advance(10_000);
    assert.equal(agent.heard.at(-1)?.type, 'removed');
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });

  it('G5 tells an agent of its removal when it comes back, if the controller died as soon as that was stored', async () => {
    const onCall = (call: string) => (call === 'agents.remove' ? new Promise<void>(() => undefined) : undefined);
    const { farm, agent, runId } = await working(withRecovery(0, 'fail'), { onCall });
    void new AgentService(farm.core).remove(agent.agentId);
    await settle();
    assert.notInclude(
      agent.heard.map(({ type }) => type),
      'removed',
    );
    await farm.crash();
    agent.cut();
    assert.include(await agent.connect(), { ok: false, code: 'removed' });
    await farm.time.advance(marginMs + 60_000);
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });

  it('G5 tells an agent what was changed of it while the answer to its hello was on its way, and nothing else', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    assert.deepEqual(agent.heard, []);
    const change = { slots: 3, labels: ['arm'], enabled: false };
    await agent.connect({}, () => new AgentService(farm.core).change(agent.agentId, change));
    assert.deepEqual(agent.heard, [{ type: 'configure', name: 'drover-1', slots: 3, labels: ['arm', 'linux'], enabled: false }]);
    await farm.close();
  });

  it('takes no message before the hello', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const agent = await farm.addAgent('drover-1');
    const session = farm.core.gateway.open(agent.agentId, { send: () => undefined, close: () => undefined });
    assert.include(await session.receive({ type: 'draining', draining: true }), { ok: false, code: 'invalid' });
    await farm.close();
  });

  it('writes nothing while a connected farm is idle', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const { revision } = (await farm.agents.read(agent.agentId)) ?? assert.fail();
    await farm.time.advance(3_600_000);
    assert.equal((await farm.agents.read(agent.agentId))?.revision, revision);
    await farm.close();
  });
});
