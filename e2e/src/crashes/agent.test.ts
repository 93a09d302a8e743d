import { allCrashPoints } from '@drover/agent/crash-points';
import { expect } from 'chai';
import { startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { Witness } from '../testing/witness.js';
import { expectWhole, makeWork } from './work.js';

/** Points that ordinary work doesn't pass; the agent's own suite passes them against a scripted controller. */
const elsewhere = /^agent\.(identity|decline|drop|stop|draining|recovery|health|journal\.compact)/;

describe('G8 an agent that is killed (kill -9) comes back, cleans up and goes on', function () {
  this.timeout(60_000);
  let farm: Farm;
  let witness: Witness;
  before(async () => {
    witness = await Witness.open();
    farm = await Farm.start();
  });
  after(async () => {
    await farm.close();
    await witness.close();
  });

  for (const point of allCrashPoints.filter((name) => !elsewhere.test(name))) {
    it(`at ${point}`, async () => {
      const label = point.replaceAll('.', '-');
      const name = await farm.addAgent({ name: label, labels: [label], env: {} });
      await farm.agents.get(name)?.stop();
      const pipeline = await makeWork(farm, witness, label);
      const dying = farm.launchAgent(name, { DROVER_CRASH_AT: point });
      const run = await startRun(farm, pipeline.id);
      expect((await dying.ended).signal).to.equal('SIGKILL');
      await farm.startAgent(name);
      const ended = await farm.finished(run.id);
      expect(await expectWhole(farm, witness, ended)).to.be.at.most(2);
      await farm.agents.get(name)?.stop();
    });
  }
});
