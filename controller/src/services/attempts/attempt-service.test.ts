import { assert } from 'chai';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm } from '../../testing/engine/farm.js';
import { AttemptService } from './attempt-service.js';

describe('B1 an attempt that has ended', () => {
  it('has its log judged again where the verdict is gone', async () => {
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }])).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    await agent.work();
    const { _id: attemptId, projectId } = (await farm.attempts.ofRun(runId))[0] ?? assert.fail();
    const logState = async () => {
      const view = await new AttemptService(farm.core, farm.service).view(attemptId);
      return view.ok ? view.value.log.state : view.code;
    };
    const before = await logState();
    assert.notEqual(before, 'live');
    await farm.logStorage.remove({ projectId, runId, attemptId });
    assert.equal(await logState(), before);
    await farm.close();
  });

  it('V3 counts as ended also in a list that was read before', async () => {
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }]), {
      onCall: (call) => (call === 'attempts.ofRun' ? late : undefined),
    }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    const listed = new AttemptService(farm.core, farm.service).ofRun(runId);
    await agent.work();
    answer();
    assert.deepEqual(
      (await listed).map(({ state, outcome }) => [state, outcome]),
      [['finished', 'succeeded']],
    );
    await farm.close();
  });
});
