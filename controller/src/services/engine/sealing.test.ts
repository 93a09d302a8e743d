import { assert } from 'chai';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm } from '../../testing/engine/farm.js';

/** A run of one task that has ended, on a storage that seals no log until `mend` is called. */
async function ended() {
  const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
  const agent = await farm.addAgent('drover-1');
  await agent.connect();
  const seal = farm.logStorage.seal.bind(farm.logStorage);
  let tries = 0;
  farm.logStorage.seal = () => {
    tries += 1;
    return Promise.reject(new Error('no space left'));
  };
  const runId = await farm.start();
  await agent.accept();
  const attemptId = agent.held[0]?.attemptId ?? assert.fail();
  await agent.finish();
  await farm.time.advance(500);
  const log = { projectId: (await farm.attempts.read(attemptId))?.projectId ?? assert.fail(), runId, attemptId };
  return {
    farm,
    runId,
    tries: () => tries,
    mend: () => void (farm.logStorage.seal = seal),
    isSealed: async () => (await farm.logStorage.stat(log)).seal !== undefined,
    isFolded: async () => (await farm.attempts.read(attemptId))?.folded,
  };
}

describe('B1 a log that cannot be sealed', () => {
  it('keeps no run from ending', async () => {
    const { farm, runId } = await ended();
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    await farm.close();
  });

  it('is tried again, ever more seldom, until it is; only then the attempt is done with', async () => {
    const { farm, tries, mend, isSealed, isFolded } = await ended();
    await farm.time.advance(3_600_000);
    assert.isAtLeast(tries(), 10);
    assert.isAtMost(tries(), 30);
    assert.deepEqual([await isSealed(), await isFolded()], [false, false]);
    mend();
    await farm.time.advance(400_000);
    assert.deepEqual([await isSealed(), await isFolded()], [true, true]);
    await farm.close();
  });

  it('is sealed by the next controller when this one dies', async () => {
    const { farm, runId, mend, isSealed, isFolded } = await ended();
    mend();
    await farm.crash();
    await farm.time.advance(1_000);
    assert.deepEqual([await isSealed(), await isFolded()], [true, true]);
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    await farm.close();
  });
});
