import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Farm, readyLine } from '../testing/farm.js';
import { manyRegistrations, SimulatedAgents } from '../testing/simulated/simulated-agents.js';
import { Chance } from './load/chance.js';
import { startFleet } from './load/fleet.js';
import { msUntil, setting, Times } from './signs/measures.js';
import { connected } from './signs/presence.js';

const kills = setting('DROVER_FAULTS_RETURNS', 5);
const real = 50;
const simulated = 1_000;
/** How long the controller is away, at random: from nothing to well beyond the first tries. */
const longestAwayMs = 10_000;

describe('G2 G7 agents whose controller was killed (kill -9) are back', function () {
  this.timeout(300_000 + kills * 60_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start({ env: { ...manyRegistrations, DROVER_LOG_LEVEL: 'warn' } });
  });
  after(() => farm?.close());

  const kill = async (awayMs: number) => {
    farm.controller.kill('SIGKILL');
    await farm.controller.ended;
    await delay(awayMs); // nobody is there: that is what is tried
    await farm.launchController({ ...manyRegistrations, DROVER_LOG_LEVEL: 'warn' }).line(readyLine);
  };

  it(`${simulated} simulated ones within 5 s of its return`, async () => {
    const chance = Chance.for('returns of simulated agents');
    const agents = await SimulatedAgents.register(farm, { count: simulated });
    const times = new Times(`${simulated} simulated agents back after`);
    try {
      await agents.connect();
      for (let turn = 0; turn < kills; turn += 1) {
        await kill(chance.within(0, longestAwayMs));
        times.add(await msUntil(agents.allReady()));
      }
    } finally {
      agents.close();
    }
    times.tell();
    expect(times.worst, 'ms').to.be.at.most(5_000);
  });

  it(`${real} real ones within 2 s of its return`, async () => {
    const chance = Chance.for('returns of agents');
    await startFleet(farm, { count: real, label: 'fleet' });
    await connected(farm, real);
    const times = new Times(`${real} agents back after`);
    for (let turn = 0; turn < kills; turn += 1) {
      await kill(chance.within(0, longestAwayMs));
      times.add(await msUntil(connected(farm, real)));
    }
    times.tell();
    expect(times.worst, 'ms').to.be.at.most(2_000);
  });
});
