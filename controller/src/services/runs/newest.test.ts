import { asId, type PipelineId } from '@drover/protocol';
import { assert } from 'chai';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm, pipelineId } from '../../testing/engine/farm.js';
import { NewestRuns } from './newest.js';

describe('L1 the newest run of a pipeline', () => {
  it('is the same for all who ask while it is read', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    await farm.start();
    const newest = new NewestRuns({ runs: farm.runs, definition: () => Promise.resolve(farm.definition) });
    const found = await Promise.all([newest.of(pipelineId), newest.of(pipelineId)]);
    assert.deepEqual(
      found.map((run) => run?.number),
      [1, 1],
    );
    assert.isUndefined(await newest.of(asId<PipelineId>('other')));
    await farm.close();
  });

  it('is read again after a failure, which all who waited hear of', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    await farm.start();
    let isDown = true;
    const runs = new Proxy(farm.runs, {
      get: (target, name) =>
        name === 'newest' && isDown ? () => Promise.reject(new Error('down')) : Reflect.get(target, name).bind(target),
    });
    const newest = new NewestRuns({ runs, definition: () => Promise.resolve(farm.definition) });
    const answers = await Promise.allSettled([newest.of(pipelineId), newest.of(pipelineId)]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    isDown = false;
    assert.equal((await newest.of(pipelineId))?.number, 1);
    await farm.close();
  });
});
