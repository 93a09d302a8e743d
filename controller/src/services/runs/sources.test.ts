import { assert } from 'chai';
import { settle } from '../../adapters/memory/time.js';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm } from '../../testing/engine/farm.js';

const commit = 'c'.repeat(40);
const definition = sampleDefinition([{ tasks: ['a'] }], {
  sources: [{ type: 'git', url: 'https://code.example/a.git', defaultBranch: 'main' }],
});

describe('A11 the message of a run’s commit', () => {
  /** A farm whose host keeps a message back until it is told to. */
  async function waiting() {
    let answer: (message: string | undefined) => void = () => undefined;
    const message = new Promise<string | undefined>((resolve) => (answer = resolve));
    const farm = await new Farm(definition, { commitOf: () => commit, messageOf: () => message }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    return { farm, agent, runId: await farm.start(), answer };
  }

  it('holds no run up, and follows', async () => {
    const { farm, agent, runId, answer } = await waiting();
    assert.isTrue((await agent.accept(0)).ok);
    answer('Fix');
    await settle();
    assert.deepInclude((await farm.core.driver.read(runId))?.run.sources[0], { commit, message: 'Fix' });
    await farm.close();
  });

  it('that cannot be read is left out', async () => {
    const { farm, agent, runId, answer } = await waiting();
    answer(undefined);
    assert.isTrue((await agent.accept(0)).ok);
    assert.notProperty((await farm.core.driver.read(runId))?.run.sources[0], 'message');
    await farm.close();
  });
});
