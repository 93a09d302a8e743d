import { assert } from 'chai';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { ann, Farm, pipelineId } from '../../testing/engine/farm.js';

const definition = sampleDefinition([{ tasks: ['a'] }]);

describe('a run that the store refuses', () => {
  it('X2 is not started, and the next one is', async () => {
    const farm = await new Farm(definition).open();
    const insert = farm.runs.insert.bind(farm.runs);
    farm.runs.insert = () => Promise.resolve('exists');
    const refused = farm.service.start(ann, pipelineId, {}).then(
      () => 'started',
      (error: unknown) => String(error),
    );
    await farm.time.advance(9_000);
    assert.match(await refused, /run .* cannot be stored: another run of its pipeline has its number or key/);
    farm.runs.insert = insert;
    const next = await farm.service.start(ann, pipelineId, {});
    assert.equal(next.ok && next.value.number, 2);
    assert.equal(next.ok && farm.runs.records.get(next.value.id)?.state, 'running');
    await farm.close();
  });

  it('X2 is given up: neither later runs nor the next controller wait for it', async () => {
    const farm = await new Farm(definition, { onCall: (call) => (call === 'pipelines.settle' ? 'before' : undefined) }).open();
    const insert = farm.runs.insert.bind(farm.runs);
    farm.runs.insert = (record) => (record.number === 1 ? Promise.resolve('exists') : insert(record));
    const first = farm.service.start(ann, pipelineId, {}).catch(() => undefined);
    await farm.time.advance(9_000);
    await first;
    const second = farm.service.start(ann, pipelineId, {});
    await farm.time.advance(9_000);
    const started = await second;
    assert.equal(started.ok && farm.runs.records.get(started.value.id)?.state, 'running');
    await farm.close();
    const opening = farm.open();
    await farm.time.advance(9_000);
    await opening;
    await farm.close();
  });
});
