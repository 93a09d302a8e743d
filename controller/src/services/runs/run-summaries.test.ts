import { assert } from 'chai';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm, pipelineId } from '../../testing/engine/farm.js';
import { createRunSummaries } from './run-summaries.js';

describe('L1 what a list shows of a pipeline', () => {
  it('counts all runs that are active or queued, not only the last few', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 15, whenFull: 'queue' } })).open();
    for (let count = 0; count < 18; count += 1) await farm.start();
    const shown = (await createRunSummaries(farm.core).ofPipelines([pipelineId])).get(pipelineId);
    assert.deepInclude(shown, { activeRuns: 15, queuedRuns: 3 });
    assert.lengthOf(shown?.lastRuns ?? [], 12);
    await farm.close();
  });
});
