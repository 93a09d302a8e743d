import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentView, Package, Pipeline } from '@drover/protocol/api';
import { expect } from 'chai';
import { Farm } from '../testing/farm.js';
import { Witness } from '../testing/witness.js';
import { expectNothingLeft } from './leftovers.js';
import { killAgent, lifeLimitMs, MortalController } from './mortal.js';
import { expectNoneTwice, expectWhole, makeEndless, makeWork } from './work.js';

describe('G7 a controller that is killed (kill -9) while people act', function () {
  this.timeout(lifeLimitMs * 6);
  let farm: Farm;
  let witness: Witness;
  let mortal: MortalController;
  let work: Pipeline;
  let endless: Pipeline;
  before(async () => {
    witness = await Witness.open();
    farm = await Farm.start();
    mortal = new MortalController(farm);
    await farm.addAgent({ name: 'worker', labels: ['worker'] });
    work = await makeWork(farm, witness, 'worker');
    endless = await makeEndless(farm, witness, 'worker');
  });
  after(async () => {
    await farm?.close();
    await witness?.close();
  });

  const startEndless = async () => {
    const run = await mortal.start(endless.id, `endless-${witness.heard.length}`);
    await witness.until((line) => line.startsWith(run.id));
    return run;
  };

  it('X3 stops what it was told to stop: at controller.stop.written, controller.stop.sent', async () => {
    const run = await startEndless();
    await mortal.dieAt(['controller.stop.written', 'controller.stop.sent'], () =>
      mortal.ask(() => farm.api.post(`/runs/${run.id}/stop`, {})),
    );
    expect((await farm.finished(run.id)).status).to.equal('stopped');
    expectNoneTwice(witness, run.id);
    await expectNothingLeft(farm, 'worker');
  });

  it('G8 runs again what an agent without memory lost: at controller.lost.stored', async () => {
    const run = await startEndless();
    await mortal.dieAt(['controller.lost.stored'], async () => {
      await killAgent(farm, 'worker');
      await rm(join(farm.agentFolder('worker'), 'journal'), { recursive: true });
      farm.launchAgent('worker', {});
    });
    await witness.until((line) => line === `${run.id}.work.2`);
    await farm.api.post(`/runs/${run.id}/stop`, {});
    expect((await farm.finished(run.id)).status).to.equal('stopped');
    const attempts = await farm.attempts(run.id, 'work');
    expect(attempts.map(({ number, outcome }) => [number, outcome])).to.have.deep.members([
      [1, 'lost'],
      [2, 'stopped'],
    ]);
    expectNoneTwice(witness, run.id);
    await expectNothingLeft(farm, 'worker');
  });

  for (const [point, registered] of [
    ['controller.registration.used', 0],
    ['controller.registration.inserted', 1],
  ] as const) {
    it(`G1 an agent whose registration was cut off is registered again: at ${point}`, async () => {
      const name = point.replaceAll('.', '-');
      const first = await mortal.dieAt([point], () => mortal.ask(() => farm.registerAgent(name, {})));
      expect(first.code, first.output).to.equal(1);
      const strays = (await farm.api.get<readonly AgentView[]>('/agents')).filter((agent) => agent.name === name);
      expect(strays).to.have.lengthOf(registered);
      for (const { id } of strays) await farm.api.send('DELETE', `/agents/${id}`);
      await farm.addAgent({ name });
      await farm.agents.get(name)?.stop();
    });
  }

  it('B3 a package that was deleted is gone, and the others are not: at controller.package.removed', async () => {
    const [kept, deleted] = [await packageOfRun('kept'), await packageOfRun('deleted')];
    const path = `/packages/${deleted?.id}`;
    const answer = await mortal.dieAt(['controller.package.removed'], () => mortal.ask(() => farm.api.raw('DELETE', path)));
    expect(answer.status).to.equal(404);
    expect((await farm.api.raw('GET', `${path}/content`)).status).to.equal(404);
    expect((await farm.api.raw('GET', `/packages/${kept?.id}/content`)).status).to.equal(200);
  });

  async function packageOfRun(key: string): Promise<Package | undefined> {
    const run = await farm.finished((await mortal.start(work.id, key)).id);
    await expectWhole(farm, witness, run);
    return (await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`))[0];
  }
});
