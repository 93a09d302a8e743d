import { expect } from 'chai';
import { Farm } from '../testing/farm.js';
import { Witness } from '../testing/witness.js';
import { expectNothingLeft } from './leftovers.js';
import { lifeLimitMs, MortalController } from './mortal.js';
import { controllerLives, reached } from './points.js';
import { expectWhole, makeWork } from './work.js';

describe('G7 a controller that is killed (kill -9) loses nothing and repeats nothing', function () {
  this.timeout(lifeLimitMs * 4);
  let farm: Farm;
  let witness: Witness;
  let mortal: MortalController;
  let pipelineId: string;
  before(async () => {
    witness = await Witness.open();
    farm = await Farm.start();
    mortal = new MortalController(farm);
    await farm.addAgent({ name: 'worker', labels: ['worker'] });
    pipelineId = (await makeWork(farm, witness, 'worker')).id;
  });
  after(async () => {
    await farm?.close();
    await witness?.close();
  });

  for (const [when, all] of Object.entries(controllerLives)) {
    const points = reached(all);
    it(`${when}: at ${points.join(', ')}`, async function () {
      this.timeout(lifeLimitMs * (points.length + 2));
      const run = await mortal.dieAt(points, () => mortal.start(pipelineId, when));
      const ended = await farm.finished(run.id);
      expect(await expectWhole(farm, witness, ended)).to.equal(1);
      await expectNothingLeft(farm, 'worker');
    });
  }
});
