import { assert } from 'chai';
import { activeStates, endingOf } from '../../domain/attempts/ending.js';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import type { FakeAgent } from '../../testing/engine/fake-agent.js';
import { ann, Farm } from '../../testing/engine/farm.js';
import { withRecovery, working } from '../../testing/engine/working-farm.js';
import { marginMs } from '../placing/absence.js';

describe('agents that are away', () => {
  it('G6 continues with an attempt when its agent comes back in time', async () => {
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
    const answer = await agent.accept(0);
    assert.isTrue(answer.ok);
    await agent.say({ type: 'progress', attemptId: held.attemptId, fencing: fencingOf(answer), steps: [] });
    await farm.time.advance(40_000);
    assert.equal((await farm.attempts.read(held.attemptId))?.state, 'running');
    await farm.close();
  });

  it('G7 judges a claim that was granted again on a new connection by nothing that was written of it before, and arrives late', async () => {
    const { farm, agent, held } = await working(withRecovery(600, 'rerun'));
    agent.cut();
    await farm.crash();
    await agent.connect({ attempts: [] });
    const answer = await agent.accept(0);
    assert.equal(fencingOf(answer), held.fencing + 1);
    const verdict = { ...endingOf('lost', farm.time.now(), { code: 'agentCrashed' }), lastWriteId: 'of the dead one' } as const;
    assert.equal(await farm.attempts.change(held.attemptId, { states: activeStates, fencing: held.fencing }, verdict), 'stale');
    const again = await agent.accept(0);
    assert.equal(fencingOf(again), held.fencing + 1, 'the same connection is told the same');
    await farm.close();
  });

  it('gives up a claim that was granted again and that its agent never shows to know of', async () => {
    const { farm, agent, runId } = await working(withRecovery(600, 'fail'));
    agent.cut();
    await agent.connect({ attempts: [] });
    assert.isTrue((await agent.accept(0)).ok);
    await farm.time.advance(40_000);
    assert.equal(await farm.line(runId), 'failed: a lost');
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

  it('G6 waits again for an agent whose hello is never answered, and gives up in the end', async () => {
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

describe('stopping a run', () => {
  it('X3 tells an attempt that is stopping to end at once when that is asked for, and continues saying so', async () => {
    const { farm, agent, runId } = await working(withRecovery(600, 'rerun'));
    const told = () => agent.heard.flatMap((message) => (message.type === 'stopAttempt' ? [message.atOnce ?? false] : []));
    await farm.service.stop(ann, runId);
    await farm.time.advance(10);
    await farm.service.stop(ann, runId, true);
    await farm.time.advance(10);
    await farm.service.stop(ann, runId);
    await farm.time.advance(10);
    assert.deepEqual(told(), [false, true]);
    await farm.time.advance(10_000);
    assert.deepEqual(told(), [false, true, true]);
    await agent.finish('stopped');
    await farm.close();
  });

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

const fencingOf = (answer: object): number => ('fencing' in answer ? Number(answer.fencing) : assert.fail('not granted'));
