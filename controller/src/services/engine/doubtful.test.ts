import { assert } from 'chai';
import { settle } from '../../adapters/memory/time.js';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import type { Fault } from '../../testing/engine/failing-stores.js';
import { ann, Farm, pipelineId } from '../../testing/engine/farm.js';
import { sweep } from './lifecycle.js';

const one = sampleDefinition([{ tasks: ['a'] }]);

/** Lets calls of the store fail as told, each time once, in this order. */
function failing(...faults: ReadonlyArray<readonly [call: string, fault: Fault]>) {
  const left = [...faults];
  let isArmed = false;
  return {
    arm: () => void (isArmed = true),
    onCall: (call: string): Fault => (isArmed && left[0]?.[0] === call ? left.shift()?.[1] : undefined),
  };
}

// What the simulation of whole farms found (e2e/src/simulation), each in its smallest form.
describe('an engine that does not know what its store has done', () => {
  it('continues behind a run whose write was answered with an error, though asking for it fails too', async () => {
    const { arm, onCall } = failing(['runs.replace', 'after'], ['runs.read', 'before']);
    const farm = await new Farm(sampleDefinition([{ mode: 'serial', tasks: ['a', 'b'] }]), { onCall }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    await agent.accept();
    await farm.time.advance(1_000);
    arm();
    await agent.finish();
    await farm.time.advance(1_000);
    await agent.accept();
    await farm.time.advance(1_000);
    assert.equal(await farm.line(runId), 'running: a succeeded, b running');
    await farm.close();
  });

  it('starts a run whose number was written and answered with an error, though asking for it fails too', async () => {
    const { arm, onCall } = failing(['pipelines.number', 'after'], ['pipelines.read', 'before']);
    const farm = await new Farm(one, { onCall }).open();
    arm();
    const starting = farm.service.start(ann, pipelineId, {});
    await farm.time.advance(1_000);
    assert.isTrue((await starting).ok);
    assert.equal((await farm.runs.byNumber(pipelineId, 1))?.state, 'running');
    await farm.close();
  });

  it('keeps a claim although the insert of its attempt is answered behind it', async () => {
    const farm = await new Farm(one).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const insert = farm.attempts.insert.bind(farm.attempts);
    let answer: () => void = () => undefined;
    farm.attempts.insert = async (records) => {
      farm.attempts.insert = insert;
      const inserted = await insert(records);
      await new Promise<void>((resolve) => (answer = resolve));
      return inserted;
    };
    const runId = await farm.start();
    await sweep(farm.core); // finds the attempt missing on its board, and queues it again
    await settle();
    if (agent.offers().length > 0) await agent.accept();
    answer();
    await settle();
    if (agent.held.length === 0) await agent.accept();
    await farm.time.advance(1_000);
    assert.lengthOf(agent.offers(), 1);
    assert.equal(await farm.line(runId), 'running: a running');
    await farm.close();
  });

  it('gives a claim up that was written while its agent connected again, and that it never asks for again', async () => {
    let isDown = false;
    const farm = await new Farm(one, { onCall: (call) => (isDown && call === 'attempts.change' ? 'before' : undefined) }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    isDown = true;
    const accepted = agent.accept();
    await settle();
    agent.cut();
    await agent.connect();
    isDown = false;
    await farm.time.advance(1_000);
    await accepted;
    agent.held.length = 0; // the answer went to the connection that was over
    assert.equal(await farm.line(runId), 'running: a running');
    await farm.time.advance(36_000);
    assert.equal(await farm.line(runId), 'queued: a queued');
    await farm.close();
  });

  it('closes while the store is away', async () => {
    let isDown = false;
    const farm = await new Farm(one, { onCall: () => (isDown ? 'before' : undefined) }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    isDown = true;
    const stopping = farm.service.stop(ann, runId).catch(() => 'refused');
    await settle();
    const closed = farm.close();
    await farm.time.advance(20_000);
    await closed;
    assert.equal(await stopping, 'refused');
  });

  it('X4 lets no later run pass one whose start was acknowledged and whose insert the controller did not live to see', async () => {
    let isFirst = true;
    const onCall = (call: string): Fault => {
      if (call !== 'runs.insert' || !isFirst) return undefined;
      isFirst = false;
      return 'never';
    };
    const single = sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 1, whenFull: 'queue' } });
    const farm = await new Farm(single, { onCall }).open();
    void farm.service.start(ann, pipelineId, {}).catch(() => undefined);
    await settle();
    await farm.start();
    await farm.crash();
    assert.equal((await farm.runs.byNumber(pipelineId, 1))?.state, 'running');
    assert.equal((await farm.runs.byNumber(pipelineId, 2))?.state, 'queued');
    await farm.close();
  });
});
