import { skipBecause } from '@drover/protocol/testing';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectNothingLeft } from '../../crashes/leftovers.js';
import { killAgent } from '../../crashes/mortal.js';
import { startRun } from '../../testing/definitions.js';
import { Farm } from '../../testing/farm.js';
import { Cable, cableMissing } from '../links/cable.js';
import { Chance } from '../load/chance.js';
import { killControllers, packagesOf, type KillPlan } from '../courses/controller-kills.js';
import { logOutlivesFullDisk, SmallDisk, smallDiskMissing } from '../courses/full-disk.js';
import { farLabel, outlivesCut } from '../courses/link-cut.js';
import { Tally } from '../signs/tally.js';
import { begunIn, expectWideWhole, makeWide } from '../load/work.js';

const plan: KillPlan = { kills: 3, agents: 2, slots: 3, beats: 8, longestLifeMs: 1_000 };

/** A minute's choice of the faults that `npm run test:faults` brings about in full. */
describe('G6 G7 G8 B1 in short: a farm of real processes', function () {
  this.timeout(300_000); // a minute in all on an idle machine
  let farm: Farm;
  let tally: Tally;
  let disk: SmallDisk | undefined;
  before(async () => {
    tally = await Tally.open();
    const prepare = async (folder: string) => {
      if (smallDiskMissing() === undefined) disk = await SmallDisk.mount(join(folder, 'controller'), 64);
      return async () => disk?.unmount();
    };
    farm = await Farm.start({ prepare });
  });
  after(async () => {
    await farm?.close();
    await tally?.close();
  });

  it(`whose controller is killed (kill -9) ${plan.kills} times loses nothing and repeats nothing`, async () => {
    const { runs, times } = await killControllers(farm, tally, { plan, chance: Chance.for('a few controller kills') });
    for (const run of runs) {
      const whole = { run: await farm.finished(run.id), beats: plan.beats, packages: packagesOf(plan) };
      const attempts = await expectWideWhole(farm, tally, whole);
      expect(attempts.filter(({ number }) => number > 1)).to.deep.equal([]);
    }
    for (const each of Object.values(times)) each.tell();
  });

  it('whose agent is killed (kill -9) runs its tasks again, and nothing of it is left', async () => {
    const agent = await farm.addAgent({ labels: ['mortal'] });
    const { id } = await makeWide(farm, tally, { tasks: 2, beats: 4, labels: ['mortal'] });
    const run = await startRun(farm, id);
    await tally.until((heard) => begunIn(heard, run.id) === 2);
    await killAgent(farm, agent);
    await farm.startAgent(agent);
    await expectWideWhole(farm, tally, { run: await farm.finished(run.id), beats: 4 });
    await expectNothingLeft(farm, agent);
  });

  it('whose agent is cut off for a second runs nothing twice and delivers every byte', async function () {
    const missing = await cableMissing();
    if (missing !== undefined) {
      skipBecause(this, missing);
    }
    const cable = await Cable.lay();
    const url = farm.url.replace(new URL(farm.url).hostname, cable.address);
    const agent = await farm.addAgent({ labels: [farLabel], slots: 4, url, within: cable.within });
    await outlivesCut(farm, tally, { cable, cutMs: 1_000, waitSeconds: 600 });
    await farm.agents.get(agent)?.stop();
    await cable.remove();
  });

  it('whose controller has a full disk continues once there is space again', async function () {
    if (disk === undefined) {
      skipBecause(this, smallDiskMissing() ?? 'no small disk');
    }
    const agent = await farm.addAgent({ name: 'printer', labels: ['printer'] });
    await logOutlivesFullDisk(farm, tally, { disk, agent, beats: 6 });
  });
});
