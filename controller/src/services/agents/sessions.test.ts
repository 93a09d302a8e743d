import { assert } from 'chai';
import type { AgentRecord } from '../../domain/agents/agent.js';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import type { Fault } from '../../testing/engine/failing-stores.js';
import { FakeAgent } from '../../testing/engine/fake-agent.js';
import { Farm } from '../../testing/engine/farm.js';

/** One of several controllers, whose store answers calls of one name only when told to. */
class SlowFarm {
  readonly farm = new Farm(sampleDefinition([{ tasks: ['a'] }]), { isShared: true, onCall: (call) => this.#called(call) });
  /** What happens just before a call is applied. */
  before: { readonly call: string; readonly happens: () => void } | undefined;
  /** A call that is applied once, and answered with an error. */
  failing: string | undefined;
  #slowCall: string | undefined;
  #until: Promise<void> = Promise.resolve();
  #answer: () => void = () => undefined;

  /** With an agent that runs what it was given, and has said so. */
  async working(): Promise<FakeAgent> {
    await this.farm.open();
    const agent = await this.farm.addAgent('drover-1');
    await agent.connect();
    await this.farm.start();
    await agent.accept();
    const { attemptId, fencing } = agent.held[0] ?? assert.fail();
    await agent.say({ type: 'progress', attemptId, fencing, steps: [] });
    return agent;
  }

  slow(call: string): void {
    this.#slowCall = call;
    this.#until = new Promise((resolve) => (this.#answer = resolve));
  }

  async answer(): Promise<void> {
    this.#slowCall = undefined;
    this.#answer();
    await this.farm.time.advance(1);
  }

  stored({ agentId }: FakeAgent): AgentRecord {
    return this.farm.agents.records.get(agentId) ?? assert.fail();
  }

  /** The agent connects to another controller. */
  goElsewhere(agent: FakeAgent): void {
    const { disconnectedAt: _over, ...record } = this.stored(agent);
    const session = { controllerId: 'other', epoch: record.revision + 1, bootNonce: agent.bootNonce, connectedAt: 0 };
    void this.farm.agents.replace({ ...record, session, revision: record.revision + 1 });
  }

  #called(call: string): Fault {
    const { before } = this;
    if (call === this.failing) {
      this.failing = undefined;
      return 'after';
    }
    if (before?.call === call) {
      this.before = undefined;
      before.happens();
    }
    return call === this.#slowCall ? this.#until : undefined;
  }
}

describe('a hello whose connection is over before the store has answered', () => {
  for (const call of ['agents.read', 'attempts.activeOf', 'agents.replace'])
    it(`I1 leaves the agent to the controller that it has gone to, with what it holds, if it goes during ${call}`, async () => {
      const slow = new SlowFarm();
      const agent = await slow.working();
      const { attemptId } = agent.held[0] ?? assert.fail();
      agent.cut();
      await slow.farm.time.advance(1);
      slow.before = { call, happens: () => (agent.cut(), slow.goElsewhere(agent)) };
      const late = await agent.connect({ attempts: [] }); // said before it was given anything
      await slow.farm.time.advance(60_000);
      assert.equal((await slow.farm.attempts.read(attemptId))?.state, 'running');
      assert.equal(slow.stored(agent).session?.controllerId, 'other');
      assert.include(late, { ok: false, code: 'unavailable' });
      await slow.farm.close();
    });

  it('G8 judges nothing, and keeps no session', async () => {
    const slow = new SlowFarm();
    const { agent, attemptId, late } = await goneWhileWritten(slow, { attempts: [], bootNonce: 'process-2' });
    await slow.farm.time.advance(60_000);
    assert.equal((await slow.farm.attempts.read(attemptId))?.state, 'running');
    assert.isDefined(slow.stored(agent).disconnectedAt);
    assert.include(await late, { ok: false, code: 'unavailable' });
    await slow.farm.close();
  });

  it('judges by the one that came behind it', async () => {
    const slow = new SlowFarm();
    const agent = await slow.working();
    slow.slow('agents.read');
    const late = agent.connect({ attempts: [] });
    agent.cut();
    const again = agent.connect();
    await slow.answer();
    const hello = await again;
    assert.deepEqual(hello.ok && 'attempts' in hello && hello.attempts.map(({ verdict }) => verdict), ['continue']);
    assert.include(await late, { ok: false, code: 'unavailable' });
    assert.isUndefined(slow.stored(agent).disconnectedAt);
    assert.isFalse(agent.isCut);
    await slow.farm.close();
  });

  it('leaves the connection alone by which the agent has come since', async () => {
    const slow = new SlowFarm();
    const agent = await slow.working();
    const older = new FakeAgent(() => slow.farm.core.gateway, agent.agentId, agent.record);
    slow.slow('agents.read');
    const late = older.connect();
    older.cut();
    await slow.answer();
    assert.include(await late, { ok: false, code: 'unavailable' });
    assert.isFalse(agent.isCut);
    await slow.farm.close();
  });

  it('G6 waits again for what it spoke of, and gives up in the end', async () => {
    const slow = new SlowFarm();
    const { attemptId, late } = await goneWhileWritten(slow);
    await late;
    await slow.farm.time.advance(3_600_000);
    assert.equal((await slow.farm.attempts.read(attemptId))?.outcome, 'lost');
    await slow.farm.close();
  });
});

describe('a hello that is answered by a controller of several', () => {
  it('I1 takes no session from another one to which the agent has connected since it was read', async () => {
    const slow = new SlowFarm();
    const agent = await slow.working();
    agent.cut();
    await slow.farm.time.advance(1);
    slow.before = { call: 'agents.replace', happens: () => slow.goElsewhere(agent) }; // this connection is dead, and says nothing of it
    assert.include(await agent.connect({ attempts: [] }), { ok: false, code: 'unavailable' });
    assert.equal(slow.stored(agent).session?.controllerId, 'other');
    const again = await agent.connect();
    assert.deepEqual(again.ok && 'attempts' in again && again.attempts.map(({ verdict }) => verdict), ['continue']);
    assert.notEqual(slow.stored(agent).session?.controllerId, 'other');
    await slow.farm.close();
  });

  it('I1 takes no session from another one, also when the agent is read again for something else meanwhile', async () => {
    const slow = new SlowFarm();
    const agent = await slow.working();
    agent.cut();
    await slow.farm.time.advance(1);
    slow.slow('attempts.activeOf');
    const late = agent.connect({ attempts: [] });
    await slow.farm.time.advance(1);
    slow.goElsewhere(agent);
    await slow.farm.core.agents.load();
    await slow.answer();
    assert.include(await late, { ok: false, code: 'unavailable' });
    assert.equal(slow.stored(agent).session?.controllerId, 'other');
    await slow.farm.close();
  });

  it('knows its own session again, whose writing was answered with an error', async () => {
    const slow = new SlowFarm();
    const agent = await slow.working();
    agent.cut();
    await slow.farm.time.advance(1);
    slow.failing = 'agents.replace';
    const hello = agent.connect();
    await slow.farm.time.advance(1_000);
    assert.isTrue((await hello).ok);
    assert.isUndefined(slow.stored(agent).disconnectedAt);
    await slow.farm.close();
  });

  it('ends its own session only, whatever was written while it was answered', async () => {
    const slow = new SlowFarm();
    const agent = await slow.working();
    agent.cut();
    await slow.farm.time.advance(1);
    const { logStorage } = slow.farm;
    const stat = logStorage.stat.bind(logStorage);
    logStorage.stat = async (log) => {
      logStorage.stat = stat;
      slow.goElsewhere(agent);
      await slow.farm.core.agents.refresh(agent.agentId);
      return stat(log);
    };
    assert.isTrue((await agent.connect()).ok);
    agent.cut();
    await slow.farm.time.advance(1);
    assert.equal(slow.stored(agent).session?.controllerId, 'other');
    assert.isUndefined(slow.stored(agent).disconnectedAt);
    await slow.farm.close();
  });

  it('leaves no session of a hello that could not be answered', async () => {
    const slow = new SlowFarm();
    const agent = await slow.working();
    agent.cut();
    await slow.farm.time.advance(1);
    const { logStorage } = slow.farm;
    const stat = logStorage.stat.bind(logStorage);
    logStorage.stat = () => Promise.reject(new Error('the disk does not answer'));
    const hello = await agent.connect().catch((error: unknown) => String(error));
    assert.equal(hello, 'Error: the disk does not answer');
    await slow.farm.time.advance(1);
    assert.isDefined(slow.stored(agent).disconnectedAt);
    logStorage.stat = stat;
    assert.isTrue((await agent.connect()).ok);
    assert.isUndefined(slow.stored(agent).disconnectedAt);
    await slow.farm.close();
  });
});

/** An agent with an attempt comes back, and goes again before its session is written. */
async function goneWhileWritten(slow: SlowFarm, hello?: Parameters<FakeAgent['connect']>[0]) {
  const agent = await slow.working();
  const { attemptId } = agent.held[0] ?? assert.fail();
  agent.cut();
  await slow.farm.time.advance(1);
  slow.slow('agents.replace');
  const late = agent.connect(hello);
  await slow.farm.time.advance(1);
  agent.cut();
  await slow.answer();
  return { agent, attemptId, late };
}
