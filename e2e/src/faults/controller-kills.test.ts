import { expect } from 'chai';
import { expectNothingLeft } from '../crashes/leftovers.js';
import { Farm } from '../testing/farm.js';
import { Chance } from './load/chance.js';
import { killControllers, packagesOf, type KillPlan } from './courses/controller-kills.js';
import { setting } from './signs/measures.js';
import { Tally } from './signs/tally.js';
import { expectWideWhole } from './load/work.js';

const plan: KillPlan = {
  kills: setting('DROVER_FAULTS_CONTROLLER_KILLS', 100),
  agents: 10,
  slots: 5,
  beats: 12,
  longestLifeMs: 3_000,
};
/** The start of the farm with its agents, and each life, may take this long where others keep the machine busy. */
const startLimitMs = 600_000;
const lifeLimitMs = 60_000;

describe(`G7 B1 B2 a controller that is killed (kill -9) ${plan.kills} times at random moments under ${plan.agents * plan.slots} running tasks`, function () {
  this.timeout(startLimitMs + plan.kills * lifeLimitMs);
  let farm: Farm;
  let tally: Tally;
  before(async () => {
    tally = await Tally.open();
    farm = await Farm.start();
  });
  after(async () => {
    await farm?.close();
    await tally?.close();
  });

  it('loses nothing and repeats nothing: each run succeeds, each log and package is to the byte what was made', async () => {
    const { runs, times } = await killControllers(farm, tally, { plan, chance: Chance.for('controller kills') });
    for (const run of runs) {
      const attempts = await expectWideWhole(farm, tally, {
        run: await farm.finished(run.id, 120_000),
        beats: plan.beats,
        packages: packagesOf(plan),
      });
      expect(attempts.filter(({ number }) => number > 1)).to.deep.equal([]);
    }
    for (const name of farm.agents.keys()) await expectNothingLeft(farm, name);
    for (const each of Object.values(times)) each.tell();
    expect(times.queue.worst, 'ms from ready until the queue moves').to.be.at.most(2_000);
    expect(times.back.worst, 'ms from ready until all agents are back').to.be.at.most(2_000);
  });
});
