import { assert } from 'chai';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { settle } from '../../adapters/memory/time.js';
import type { FakeAgent } from '../../testing/engine/fake-agent.js';
import { ann, Farm, projectId, type FarmOptions } from '../../testing/engine/farm.js';
import { AgentService } from '../agents/agent-service.js';
import { marginMs } from '../placing/absence.js';

const withRecovery = (waitSeconds: number, then: 'rerun' | 'fail'): DefinitionSnapshot => {
  const base = sampleDefinition([{ tasks: ['a'] }]);
  const stages = base.pipeline.stages.map((stage) => ({
    ...stage,
    tasks: stage.tasks.map((task) => ({ ...task, recovery: { waitSeconds, then } })),
  }));
  return { ...base, pipeline: { ...base.pipeline, stages } };
};

async function working(definition: DefinitionSnapshot, options: FarmOptions = {}) {
  const farm = await new Farm(definition, options).open();
  const agent = await farm.addAgent('drover-1');
  await agent.connect();
  const runId = await farm.start();
  await agent.accept();
  await farm.time.advance(300);
  return { farm, agent, runId, held: agent.held[0] ?? assert.fail() };
}

describe('agents that are away', () => {
  it('G6 goes on with an attempt when its agent comes back in time', async () => {
    const { farm, agent, runId } = await working(withRecovery(600, 'rerun'));
    agent.cut();
    await farm.time.advance(500_000);
    const hello = await agent.connect();
    assert.deepEqual(hello.ok && 'attempts' in hello && hello.attempts.map((attempt) => attempt.verdict), ['continue']);
    await farm.time.advance(500_000);
    await agent.finish();
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    await farm.close();
  });

  it('G6 runs it elsewhere once the policy’s time is up, and drops the late agent’s word', async () => {
    const { farm, agent, runId, held } = await working(withRecovery(60, 'rerun'));
    const other = await farm.addAgent('drover-2');
    await other.connect();
    agent.cut();
    await farm.time.advance(60_000 + marginMs - 1_000);
    assert.lengthOf(other.offers(), 0);
    await farm.time.advance(2_000);
    assert.equal(other.offers()[0]?.attemptId, held.attemptId.replace(/1$/, '2'));
    const hello = await agent.connect();
    assert.deepEqual(hello.ok && 'attempts' in hello && hello.attempts.map((attempt) => attempt.verdict), ['drop']);
    assert.include(await agent.finish('failed', held), { ok: false, code: 'stale' });
    await other.work();
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    await farm.close();
  });

  it('G6 fails it when the policy says so', async () => {
    const { farm, agent, runId } = await working(withRecovery(0, 'fail'));
    agent.cut();
    await farm.time.advance(marginMs + 60_000);
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });

  it('G7 passes no verdict before a new controller was up for a whole grace period, whatever the wall clock says', async () => {
    const { farm, agent, runId } = await working(withRecovery(0, 'rerun'));
    agent.cut();
    await farm.time.advance(marginMs - 1_000);
    farm.time.jump(86_400_000);
    await farm.crash();
    await farm.time.advance(59_000);
    assert.match(await farm.line(runId), /^running/);
    await agent.connect();
    await agent.finish();
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    await farm.close();
  });

  it('G8 knows that an attempt is lost when a new process of its agent does not speak of it', async () => {
    const { farm, agent, runId, held } = await working(withRecovery(600, 'rerun'));
    agent.cut();
    agent.forget(held);
    agent.bootNonce = 'process-2';
    await agent.connect();
    await agent.work();
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    assert.equal((await farm.attempts.read(held.attemptId))?.reason?.code, 'agentCrashed');
    await farm.close();
  });

  it('gives an agent a moment to ask again for a claim whose answer it may have lost', async () => {
    const { farm, agent, held } = await working(withRecovery(600, 'rerun'));
    agent.cut();
    await agent.connect({ attempts: [] });
    assert.isTrue((await agent.accept(0)).ok);
    await agent.say({ type: 'progress', attemptId: held.attemptId, fencing: held.fencing, steps: [] });
    await farm.time.advance(40_000);
    assert.equal((await farm.attempts.read(held.attemptId))?.state, 'running');
    await farm.close();
  });

  it('gives up a claim that its agent never asks for again', async () => {
    const { farm, agent, runId, held } = await working(withRecovery(600, 'fail'));
    agent.cut();
    await agent.connect({ attempts: [] });
    await farm.time.advance(40_000);
    assert.equal((await farm.attempts.read(held.attemptId))?.outcome, 'lost');
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });
});

describe('agents that are cut off at a bad moment', () => {
  it('G6 loses a claim whose agent went while it was written, and never came back', async () => {
    const cutting: { agent?: FakeAgent } = {};
    const onCall = (call: string): undefined => {
      if (call === 'attempts.change') cutting.agent?.cut();
    };
    const farm = await new Farm(withRecovery(0, 'fail'), { onCall }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    cutting.agent = agent;
    await agent.accept();
    await farm.time.advance(marginMs + 60_000);
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });

  it('G6 waits anew for an agent whose hello is never answered, and gives up in the end', async () => {
    const { farm, agent, runId } = await working(withRecovery(0, 'fail'));
    agent.cut();
    const hello = agent.connect();
    agent.cut();
    await hello;
    await farm.time.advance(marginMs + 60_000);
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });

  it('G7 knows after a crash that a task had begun, though the run was not told', async () => {
    const farm = await new Farm(withRecovery(600, 'rerun')).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    await agent.accept();
    await farm.crash();
    await farm.time.advance(1_000);
    assert.equal(await farm.line(runId), 'running: a running');
    await farm.close();
  });

  it('G6 waits as long as the policy says for an agent that another controller has lost just now', async () => {
    const { farm, agent, runId } = await working(withRecovery(30, 'fail'), { isShared: true });
    const { disconnectedAt: _none, ...record } = (await farm.agents.read(agent.agentId)) ?? assert.fail();
    const session = { controllerId: 'other', epoch: 9, bootNonce: 'boot', connectedAt: 0 };
    await farm.agents.replace({ ...record, session, revision: record.revision + 1 });
    await farm.crash();
    await farm.time.advance(59_000);
    await farm.agents.replace({ ...record, session, disconnectedAt: 1, revision: record.revision + 2 });
    await farm.time.advance(30_000);
    assert.equal(await farm.line(runId), 'running: a running');
    await farm.time.advance(marginMs + 10_000);
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });

  for (const moment of ['before', 'after'] as const)
    it(`G6 gives up nobody who comes back ${moment} the policy’s time is up and before the store has answered`, async () => {
      let answer: () => void = () => undefined;
      const slow: { until?: Promise<void> } = {};
      const onCall = (call: string) => (call === 'agents.read' ? slow.until : undefined);
      const { farm, agent, runId } = await working(withRecovery(0, 'fail'), { isShared: true, onCall });
      agent.cut();
      slow.until = new Promise<void>((resolve) => (answer = resolve));
      const early = moment === 'before' ? agent.connect() : undefined;
      await farm.time.advance(marginMs + 60_000);
      const back = early ?? agent.connect();
      answer();
      delete slow.until;
      await back;
      await farm.time.advance(1_000);
      assert.equal(await farm.line(runId), 'running: a running');
      await agent.finish();
      assert.equal(await farm.line(runId), 'succeeded: a succeeded');
      await farm.close();
    });

  it('G7 ends what was held by an agent that is no more', async () => {
    const { farm, agent, runId } = await working(withRecovery(0, 'fail'));
    await farm.agents.remove(agent.agentId);
    await farm.crash();
    await farm.time.advance(marginMs + 60_000);
    assert.equal(await farm.line(runId), 'failed: a lost');
    await farm.close();
  });
});

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

describe('stopping a run', () => {
  it('X3 tells a running attempt to stop, again and again until it has ended', async () => {
    const { farm, agent, runId, held } = await working(withRecovery(600, 'rerun'));
    await farm.service.stop(ann, runId);
    await farm.time.advance(25_000);
    assert.lengthOf(
      agent.heard.filter((message) => message.type === 'stopAttempt' && message.fencing === held.fencing),
      3,
    );
    await agent.finish('stopped');
    await farm.time.advance(60_000);
    assert.lengthOf(
      agent.heard.filter((message) => message.type === 'stopAttempt'),
      3,
    );
    assert.equal(await farm.line(runId), 'stopped: a stopped');
    await farm.close();
  });

  it('X3 ends what waits at once', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const runId = await farm.start();
    await farm.service.stop(ann, runId);
    await farm.time.advance(10);
    assert.equal(await farm.line(runId), 'stopped: a stopped');
    const again = await farm.service.stop(ann, runId);
    assert.equal(again.ok ? '' : again.code, 'runAlreadyFinished');
    await farm.close();
  });

  it('G13 says it to an agent that comes back, also to another controller', async () => {
    const { farm, agent, runId } = await working(withRecovery(600, 'rerun'));
    agent.cut();
    await farm.service.stop(ann, runId);
    await farm.crash();
    const hello = await agent.connect();
    assert.deepEqual(hello.ok && 'attempts' in hello && hello.attempts.map((attempt) => attempt.verdict), ['stop']);
    await agent.finish('stopped');
    assert.equal(await farm.line(runId), 'stopped: a stopped');
    await farm.close();
  });
});
