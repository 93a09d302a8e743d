import { expect } from 'chai';
import { startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { Witness } from '../testing/witness.js';
import { expectNothingLeft } from './leftovers.js';
import { agentDiesAt, lifeLimitMs } from './mortal.js';
import { agentLives } from './points.js';
import { expectWhole, makeWork } from './work.js';

describe('G8 an agent that is killed (kill -9) comes back, cleans up and continues', function () {
  this.timeout(lifeLimitMs * 6);
  let farm: Farm;
  let witness: Witness;
  let pipelineId: string;
  before(async () => {
    witness = await Witness.open();
    farm = await Farm.start();
    await farm.addAgent({ name: 'mortal', labels: ['mortal'], slots: 1 });
    pipelineId = (await makeWork(farm, witness, 'mortal')).id;
  });
  after(async () => {
    await farm?.close();
    await witness?.close();
  });

  for (const [when, points] of Object.entries(agentLives)) {
    it(`${when}: at ${points.join(', ')}`, async function () {
      this.timeout(lifeLimitMs * (points.length + 2));
      const starting = startRun(farm, pipelineId);
      await agentDiesAt(farm, 'mortal', points, () => starting);
      const ended = await farm.finished((await starting).id);
      expect(await expectWhole(farm, witness, ended)).to.be.at.most(points.length + 1);
      await expectNothingLeft(farm, 'mortal');
    });
  }

  it('once its result is stored: at agent.finish.sent, agent.acknowledge.journaled, agent.spool.removed, of one run after the other', async () => {
    const points = ['agent.finish.sent', 'agent.acknowledge.journaled', 'agent.spool.removed'];
    const starting = Promise.all(points.map(() => startRun(farm, pipelineId)));
    await agentDiesAt(farm, 'mortal', points, () => starting);
    for (const { id } of await starting) expect(await expectWhole(farm, witness, await farm.finished(id))).to.equal(1);
    await expectNothingLeft(farm, 'mortal');
  });
});
