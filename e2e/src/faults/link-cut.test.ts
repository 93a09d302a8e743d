import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { expectNothingLeft } from '../crashes/leftovers.js';
import { startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { Cable, cableMissing } from './links/cable.js';
import { farLabel, outlivesCut } from './courses/link-cut.js';
import { msUntil, setting } from './signs/measures.js';
import { agentsUntil, isConnected } from './signs/presence.js';
import { Tally } from './signs/tally.js';
import { begunIn, expectNoneTwice, makeWide } from './load/work.js';

/** Ten minutes, on a scale of 1 to 10 by default; with 1, ten minutes. The policy that waits is scaled alike. */
const scale = setting('DROVER_FAULTS_LONG_CUT_SCALE', 10);
const longCutMs = 600_000 / scale;

describe('G6 an agent behind a cable that is cut without a word', function () {
  this.timeout(longCutMs + 300_000);
  let farm: Farm;
  let tally: Tally;
  let cable: Cable;
  before(async function () {
    const missing = await cableMissing();
    if (missing !== undefined) {
      skipBecause(this, missing);
    }
    cable = await Cable.lay();
    tally = await Tally.open();
    farm = await Farm.start();
    const url = farm.url.replace(new URL(farm.url).hostname, cable.address);
    await farm.addAgent({ name: 'far', labels: [farLabel], slots: 4, url, within: cable.within });
  });
  after(async () => {
    await farm?.close();
    await tally?.close();
    await cable?.remove();
  });

  // prettier-ignore
  const cuts: ReadonlyArray<[title: string, cutMs: number, waitSeconds: number]> = [
    ['for 1 s',                                                              1_000,     600],
    ['for 30 s',                                                             30_000,    600],
    [`for ten minutes, on a scale of 1 to ${scale} (${longCutMs / 1_000} s)`, longCutMs, 1_800 / scale],
  ];
  for (const [title, cutMs, waitSeconds] of cuts) {
    it(`${title}: works on, runs nothing twice and delivers every byte`, () => outlivesCut(farm, tally, { cable, cutMs, waitSeconds }));
  }

  it('for longer than the policy waits: ends its work itself before it is run elsewhere, and is seen to be silent within 30 s', async () => {
    const recovery = { waitSeconds: 5, then: 'rerun' } as const;
    const { id } = await makeWide(farm, tally, { tasks: 1, beats: 200, labels: [farLabel], recovery });
    const run = await startRun(farm, id);
    await tally.until((heard) => begunIn(heard, run.id) === 1);
    await farm.addAgent({ name: 'near', labels: [farLabel], slots: 1 });
    await cable.cut();
    const silentMs = await msUntil(agentsUntil(farm, (agents) => agents.filter(isConnected).length === 1));
    process.stdout.write(`a cut agent is seen to be silent after ${Math.round(silentMs)} ms\n`);
    expect(silentMs).to.be.at.most(30_000);
    await tally.until((heard) => heard.includes(`begin ${run.id}.t0.2`), 60_000);
    await expectNothingLeft(farm, 'far');
    await cable.mend();
    await agentsUntil(farm, (agents) => agents.filter(isConnected).length === 2);
    await farm.api.post(`/runs/${run.id}/stop`, {});
    expect((await farm.finished(run.id)).status).to.equal('stopped');
    expectNoneTwice(tally, run.id);
    const [lost] = await farm.attempts(run.id, 't0').then((attempts) => attempts.filter(({ number }) => number === 1));
    expect(lost?.outcome).to.equal('lost');
  });
});
