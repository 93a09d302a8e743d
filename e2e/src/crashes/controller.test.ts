import { allCrashPoints } from '@drover/controller/crash-points';
import { expect } from 'chai';
import { Farm } from '../testing/farm.js';
import { Witness } from '../testing/witness.js';
import { expectWhole, makeWork, startDespiteCrashes } from './work.js';

/** Points that a run of the work passes; the others are passed in the suites named beside them. */
const elsewhere: Readonly<Record<string, string>> = {};

describe('G7 a controller that is killed (kill -9) loses nothing and repeats nothing', function () {
  this.timeout(60_000);
  let farm: Farm;
  let witness: Witness;
  let pipelineId: string;
  before(async () => {
    witness = await Witness.open();
    farm = await Farm.start();
    await farm.addAgent({ name: 'worker', labels: ['worker'] });
    pipelineId = (await makeWork(farm, witness, 'worker')).id;
  });
  after(async () => {
    await farm.close();
    await witness.close();
  });

  for (const point of allCrashPoints.filter((name) => !(name in elsewhere))) {
    it(`at ${point}`, async () => {
      await farm.controller.stop();
      await farm.restartController({ DROVER_CRASH_AT: point });
      const dying = farm.controller;
      const revived = dying.ended.then(({ signal }) => {
        expect(signal).to.equal('SIGKILL');
        return farm.restartController({});
      });
      const run = await startDespiteCrashes(farm, pipelineId, point, () => revived);
      await revived;
      const ended = await farm.finished(run.id);
      expect(await expectWhole(farm, witness, ended)).to.equal(1);
    });
  }
});
