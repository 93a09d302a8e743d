import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentView, Pipeline } from '@drover/protocol/api';
import { expect } from 'chai';
import { startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { Witness } from '../testing/witness.js';
import { expectNothingLeft } from './leftovers.js';
import { agentDiesAt, diedAt, killAgent, lifeLimitMs, MortalController } from './mortal.js';
import { expectNoneTwice, expectWhole, makeEndless, makeWork } from './work.js';

describe('G8 an agent that is killed (kill -9) beside its work', function () {
  this.timeout(lifeLimitMs * 6);
  const illPoints = ['agent.health.sending', 'agent.health.sent'] as const;
  let farm: Farm;
  let witness: Witness;
  let work: Pipeline;
  let endless: Pipeline;
  before(async () => {
    witness = await Witness.open();
    farm = await Farm.start();
    await farm.addAgent({ name: 'mortal', labels: ['mortal'] });
    work = await makeWork(farm, witness, 'mortal');
    endless = await makeEndless(farm, witness, 'mortal');
    // An agent looks at its health twice a minute: these two fall ill now, and are looked after in the last test.
    for (const point of illPoints) {
      await farm.addAgent({ name: point, labels: [point], env: { DROVER_CRASH_AT: point } });
      await rm(join(farm.agentFolder(point), 'spool'), { recursive: true });
    }
  });
  after(async () => {
    await farm?.close();
    await witness?.close();
  });

  const startEndless = async () => {
    const run = await startRun(farm, endless.id);
    await witness.until((line) => line === `${run.id}.work.1`);
    return run;
  };
  const stop = async (runId: string) => {
    await farm.api.post(`/runs/${runId}/stop`, {});
    const run = await farm.finished(runId);
    expect(run.status).to.equal('stopped');
    expectNoneTwice(witness, runId);
    await expectNothingLeft(farm, 'mortal');
  };
  /** Starts the agent, armed for a point, with an attempt of this run under way on it. */
  const launchWith = async (point: string, runId: string, number: number) => {
    await killAgent(farm, 'mortal');
    const dying = await farm.startAgent('mortal', { DROVER_CRASH_AT: point });
    await witness.until((line) => line === `${runId}.work.${number}`);
    return dying;
  };

  it('X3 stops what it was told to stop: at agent.stop.received', async () => {
    await killAgent(farm, 'mortal');
    const dying = farm.launchAgent('mortal', { DROVER_CRASH_AT: 'agent.stop.received' });
    const run = await startEndless();
    await farm.api.post(`/runs/${run.id}/stop`, {});
    await diedAt('agent.stop.received', dying);
    await farm.startAgent('mortal');
    expect((await farm.finished(run.id)).status).to.equal('stopped');
    expectNoneTwice(witness, run.id);
    await expectNothingLeft(farm, 'mortal');
  });

  it('loses what it ran while it drained, and takes it up again: at agent.draining.sending, agent.draining.sent', async () => {
    const run = await startEndless();
    for (const [index, point] of ['agent.draining.sending', 'agent.draining.sent'].entries()) {
      const dying = await launchWith(point, run.id, index + 2);
      dying.kill('SIGTERM');
      await diedAt(point, dying);
    }
    await farm.startAgent('mortal');
    await witness.until((line) => line === `${run.id}.work.4`);
    await stop(run.id);
  });

  for (const point of ['agent.decline.sending', 'agent.decline.sent']) {
    it(`G13 what it declined is offered again: at ${point}`, async () => {
      const run = await startEndless();
      const dying = await launchWith(point, run.id, 2);
      dying.kill('SIGTERM');
      await dying.line(/draining/);
      await seen(({ status }) => status === 'draining');
      const waiting = await startRun(farm, work.id);
      await new MortalController(farm).dieAt([], async () => undefined); // the next controller offers before it knows
      await diedAt(point, dying);
      await farm.startAgent('mortal');
      expect(await expectWhole(farm, witness, await farm.finished(waiting.id))).to.equal(1);
      await stop(run.id);
    });
  }

  it('G1 half a registration is none: at agent.identity.writing', async () => {
    const cut = await farm.registerAgent('half', {}, { DROVER_CRASH_AT: 'agent.identity.writing' });
    expect(cut.code).to.equal(null);
    expect(existsSync(join(farm.agentFolder('half'), 'identity.json'))).to.equal(false);
    for (const { id } of (await agents()).filter(({ name }) => name === 'half')) await farm.api.send('DELETE', `/agents/${id}`);
    await farm.addAgent({ name: 'half' });
    await farm.agents.get('half')?.stop();
  });

  it('G1 a registration that is written is one: at agent.identity.written', async () => {
    const cut = await farm.registerAgent('whole', {}, { DROVER_CRASH_AT: 'agent.identity.written' });
    expect(cut.code).to.equal(null);
    await farm.startAgent('whole');
    await farm.agents.get('whole')?.stop();
  });

  for (const point of illPoints) {
    it(`G14 what fell ill and died works once it is well: at ${point}`, async () => {
      const dying = farm.agents.get(point);
      if (dying !== undefined) await diedAt(point, dying);
      await agentDiesAt(farm, point, []);
      const pipeline = await makeWork(farm, witness, point);
      const run = await farm.finished((await startRun(farm, pipeline.id)).id);
      expect(await expectWhole(farm, witness, run)).to.equal(1);
      await expectNothingLeft(farm, point);
    });
  }

  const agents = () => farm.api.get<readonly AgentView[]>('/agents');
  /** Resolves once the list of agents shows the mortal one so. */
  async function seen(matches: (agent: AgentView) => boolean): Promise<void> {
    const live = await farm.live();
    try {
      await live.ask({ type: 'watchAgents' });
      for (let news = 0; ; news += 1) {
        const agent = (await agents()).find(({ name }) => name === 'mortal');
        if (agent !== undefined && matches(agent)) return;
        await live.until('news of agents', (messages) => (messages.length > news ? true : undefined));
      }
    } finally {
      live.close();
    }
  }
});
