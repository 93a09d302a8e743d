import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { assert } from 'chai';
import { settle } from '../../adapters/memory/time.js';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { AttemptPatch } from '../ports/engine/attempts.js';
import { sampleDefinition, sampleJob } from '../../domain/runs/fixtures.js';
import type { Fault } from '../../testing/engine/failing-stores.js';
import { FakeAgent, type Held } from '../../testing/engine/fake-agent.js';
import { ann, Farm, type FarmOptions } from '../../testing/engine/farm.js';
import type { Answer } from '../ports/engine/link.js';

const one = sampleDefinition([{ tasks: ['a'] }]);
const checkingOut = {
  ...sampleDefinition([{ tasks: ['a'] }], { sources: [{ type: 'git', url: 'https://code.example/a.git', defaultBranch: 'main' }] }),
  jobs: [{ ...sampleJob, steps: [{ type: 'checkout' as const, name: 'Get' }] }],
};

/** Holds the next call of one name back, once armed. */
function holding(call: string) {
  let fault: Fault;
  let answer: () => void = () => undefined;
  return {
    arm: () => void (fault = new Promise<void>((resolve) => (answer = resolve))),
    answer: () => answer(),
    onCall: (name: string): Fault => {
      if (name !== call) return undefined;
      const now = fault;
      fault = undefined;
      return now;
    },
  };
}

/** One agent with its offer. */
async function offered(options: FarmOptions, definition: DefinitionSnapshot = one, more: Partial<AgentRecord> = {}) {
  const farm = await new Farm(definition, options).open();
  const agent = await farm.addAgent('drover-1', more);
  await agent.connect();
  const runId = await farm.start();
  const offer = agent.offers()[0] ?? assert.fail();
  /** Another connection of the same process. */
  const reconnect = async (): Promise<FakeAgent> => {
    const next = new FakeAgent(() => farm.core.gateway, agent.agentId, agent.record);
    await next.connect();
    return next;
  };
  return { farm, agent, runId, offer, reconnect };
}

/** One agent whose attempt another controller changes behind this one's back. */
async function changedElsewhere(patch: Partial<AttemptPatch>, isKnown: boolean) {
  const { farm, agent, runId, offer, reconnect } = await offered({ isShared: true });
  assert.isTrue((await agent.accept(0)).ok);
  const held = agent.held[0] ?? assert.fail();
  if (isKnown) await agent.say({ type: 'progress', ...leaseOf(held), steps: [] });
  const change = () =>
    farm.attempts.change(held.attemptId, { states: ['running'], fencing: held.fencing }, { ...patch, lastWriteId: 'elsewhere' });
  return { farm, agent, runId, offer, reconnect, held, change };
}

const leaseOf = ({ attemptId, fencing }: Held) => ({ attemptId, fencing });
const fencingOf = (answer: Answer): unknown => ('fencing' in answer ? answer.fencing : answer);

describe('G13 a claim that is asked for again', () => {
  it('does not lapse while it is written, and an agent that it does not concern is told so meanwhile', async () => {
    const claim = holding('attempts.change');
    const { farm, agent, offer } = await offered(claim);
    const other = await farm.addAgent('drover-2');
    await other.connect();
    claim.arm();
    const granted = agent.acceptOffer(offer, 0);
    await farm.time.advance(6_000);
    assert.include(await other.acceptOffer(offer, 0), { ok: false, code: 'stale' });
    assert.deepEqual(
      agent.heard.map(({ type }) => type),
      ['offer'],
    );
    claim.answer();
    assert.equal(fencingOf(await granted), 1);
    await farm.close();
  });

  it('on another connection while it is written waits for that, and is granted again', async () => {
    const claim = holding('attempts.change');
    const { farm, agent, runId, offer, reconnect } = await offered(claim);
    claim.arm();
    const first = agent.acceptOffer(offer, 0);
    await settle();
    agent.cut();
    const next = await reconnect();
    const second = next.acceptOffer(offer, 0);
    await settle();
    assert.isEmpty(next.offers(), 'it is offered to nobody meanwhile');
    claim.answer();
    assert.equal(fencingOf(await first), 1);
    assert.equal(fencingOf(await second), 2);
    const [held] = next.held;
    assert.isTrue((await next.say({ type: 'progress', ...leaseOf(held ?? assert.fail()), steps: [] })).ok);
    await farm.time.advance(120_000);
    assert.equal(await farm.line(runId), 'running: a running');
    await farm.close();
  });

  it('keeps its number for a connection that is over by the time it is granted', async () => {
    const reading = holding('credentials.allowedFolders');
    const options = { onCall: reading.onCall, commitOf: () => 'c'.repeat(40) };
    const { farm, agent, offer, reconnect } = await offered(options, checkingOut);
    await agent.acceptOffer(offer, 0); // the answer does not come to the agent
    agent.cut();
    const older = await reconnect();
    reading.arm();
    const late = older.acceptOffer(offer, 0);
    await settle();
    older.cut();
    const next = await reconnect();
    const granted = next.acceptOffer(offer, 0);
    await settle();
    reading.answer();
    assert.equal(fencingOf(await late), 1);
    assert.equal(fencingOf(await granted), 2);
    await farm.close();
  });

  it('is granted again when a dead controller wrote it last, and its run is told that it has begun', async () => {
    const { farm, agent, runId, offer } = await offered({});
    const claim = { agentId: agent.agentId, offerId: offer.offerId, slot: 0, fencing: 1, startedAt: 1 };
    const late = { ...claim, state: 'running' as const, active: true, lastWriteId: 'late' };
    assert.equal(await farm.attempts.change(offer.attemptId, { states: ['queued'], fencing: 0 }, late), 'changed');
    assert.equal(fencingOf(await agent.acceptOffer(offer, 0)), 2);
    await farm.time.advance(1_000);
    assert.equal((await farm.runs.read(runId))?.run.stages[0]?.tasks[0]?.state, 'running');
    await farm.close();
  });

  it('is given up where the connection that asks is over before it is written, and offered again', async () => {
    const reading = holding('credentials.allowedFolders');
    const { farm, agent, runId, offer, reconnect } = await offered({ onCall: reading.onCall, commitOf: () => 'c'.repeat(40) }, checkingOut);
    reading.arm();
    const late = agent.acceptOffer(offer, 0);
    await settle();
    agent.cut();
    const next = await reconnect();
    assert.isEmpty(next.offers());
    reading.answer();
    assert.include(await late, { ok: false, code: 'stale' });
    await settle();
    assert.equal(fencingOf(await next.accept(0)), 1);
    await farm.time.advance(1_000);
    assert.equal(await farm.line(runId), 'running: a running');
    await farm.close();
  });

  it('is granted in the slot that it has, though the agent was given fewer since', async () => {
    const { farm, agent, offer, reconnect } = await offered({}, one, { slots: 2 });
    await agent.acceptOffer(offer, 1);
    agent.cut();
    await farm.core.agents.change(agent.agentId, (record) => ({ ...record, slots: 1 }));
    const next = await reconnect();
    assert.equal(fencingOf(await next.acceptOffer(offer, 1)), 2);
    await farm.close();
  });

  it('keeps the number that another controller has given to a newer connection of its agent', async () => {
    const { farm, agent, offer, reconnect, held, change } = await changedElsewhere({ fencing: 2 }, false);
    agent.cut();
    const next = await reconnect();
    const { disconnectedAt: _over, ...record } = farm.agents.records.get(agent.agentId) ?? assert.fail();
    const session = { controllerId: 'other', epoch: record.revision + 1, bootNonce: agent.bootNonce, connectedAt: 0 };
    await farm.agents.replace({ ...record, session, revision: record.revision + 1 });
    assert.equal(await change(), 'changed');
    await next.acceptOffer(offer, 0); // on a connection that is dead, and says nothing of it
    assert.equal((await farm.attempts.read(held.attemptId))?.fencing, 2);
    await farm.close();
  });

  it('is granted by the number behind one that another controller has given meanwhile', async () => {
    const { farm, agent, offer, reconnect, change } = await changedElsewhere({ fencing: 2 }, false);
    agent.cut();
    const next = await reconnect(); // which takes in how it is stored
    assert.equal(await change(), 'changed');
    assert.equal(fencingOf(await next.acceptOffer(offer, 0)), 3);
    await farm.close();
  });

  it('is stopped at once when another controller has written that meanwhile', async () => {
    const stop = { reason: { code: 'stopped' as const }, at: 5 };
    const { farm, agent, offer, reconnect, held, change } = await changedElsewhere({ state: 'stopping', stop }, false);
    agent.cut();
    const next = await reconnect();
    assert.equal(await change(), 'changed');
    assert.equal(fencingOf(await next.acceptOffer(offer, 0)), 2);
    assert.deepInclude(next.heard.at(-1), { type: 'stopAttempt', attemptId: held.attemptId, fencing: 2 });
    await farm.close();
  });

  it('is stopped by the number that another controller has given meanwhile', async () => {
    const { farm, agent, runId, held, change } = await changedElsewhere({ fencing: 2 }, true);
    assert.equal(await change(), 'changed');
    assert.isTrue((await farm.service.stop(ann, runId)).ok);
    await settle();
    assert.equal((await farm.attempts.read(held.attemptId))?.state, 'stopping');
    assert.deepInclude(agent.heard.at(-1), { type: 'stopAttempt', attemptId: held.attemptId, fencing: 2 });
    await farm.close();
  });

  it('and stopped by another controller is told so to an agent that is connected here', async () => {
    const stop = { reason: { code: 'stopped' as const }, at: 5 };
    const { farm, agent, runId, held, change } = await changedElsewhere({ fencing: 2, state: 'stopping', stop }, true);
    assert.equal(await change(), 'changed');
    assert.isTrue((await farm.service.stop(ann, runId)).ok);
    await settle();
    assert.deepInclude(agent.heard.at(-1), { type: 'stopAttempt', attemptId: held.attemptId, fencing: 2 });
    await farm.close();
  });

  it('may be asked for once more when another controller has given it a number of which the agent does not know yet', async () => {
    const { farm, agent, offer, reconnect, held, change } = await changedElsewhere({ fencing: 2 }, true);
    assert.equal(await change(), 'changed');
    agent.cut();
    const next = await reconnect(); // by which the number is taken in
    assert.equal((await farm.attempts.read(held.attemptId))?.state, 'running');
    assert.equal(fencingOf(await next.acceptOffer(offer, 0)), 3);
    await farm.close();
  });
});
