import { attemptIdOf, type RunId } from '@drover/protocol';
import { assert } from 'chai';
import { settle } from '../../adapters/memory/time.js';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { endingOf } from '../../domain/attempts/ending.js';
import { advance } from '../../domain/runs/advance.js';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { nextRecord, type RunRecord } from '../../domain/runs/record.js';
import type { Fault } from '../../testing/engine/failing-stores.js';
import { ann, Farm, pipelineId } from '../../testing/engine/farm.js';

const oneAtATime = sampleDefinition([{ tasks: ['a'] }], { concurrency: { maxRuns: 1, whenFull: 'queue' } });

describe('a write of which nobody knows whether it was applied', () => {
  it('X4 frees the place of a run that ended with it, also when the store does not answer the next question', async () => {
    const faults = new Map<string, Fault[]>();
    const farm = await new Farm(oneAtATime, { onCall: (call) => faults.get(call)?.shift() }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const [first, second] = [await farm.start(), await farm.start()];
    await agent.accept();
    await farm.time.advance(1_000);
    faults.set('runs.replace', ['after']);
    faults.set('runs.read', ['before', 'before']);
    await agent.finish();
    await farm.time.advance(2_000);
    assert.equal(await farm.line(first), 'succeeded: a succeeded');
    assert.equal(await farm.line(second), 'queued: a queued');
    await farm.close();
  });

  it('G7, X4 frees the place of a run that ends while the controller starts up', async () => {
    const answers = new Map<string, Fault[]>();
    const farm = await new Farm(oneAtATime, { onCall: (call) => answers.get(call)?.shift() }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const [first, second] = [await farm.start(), await farm.start()];
    await agent.accept();
    await farm.time.advance(1_000);
    answers.set('runs.replace', ['never']); // it dies between the end of the task and the end of its run
    void agent.finish();
    await settle();
    let answer: () => void = () => undefined;
    answers.set('pipelines.withPending', [new Promise<void>((resolve) => (answer = resolve))]);
    const starting = farm.crash();
    await settle();
    answer();
    await starting;
    await farm.time.advance(1_000);
    assert.equal(await farm.line(first), 'succeeded: a succeeded');
    assert.equal(await farm.line(second), 'queued: a queued');
    await farm.close();
  });

  it('G7, X4 frees the place of a run whose end the controller before wrote in its last moment, behind the back of the next one', async () => {
    const { farm, runId, next } = await lastWriteLandsLate(oneAtATime);
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    assert.equal(await farm.line(next), 'queued: a queued');
    await farm.close();
  });

  it('G7 continues behind what the controller before wrote in its last moment, and did not come to do', async () => {
    const { farm, runId } = await lastWriteLandsLate(
      sampleDefinition([{ mode: 'serial', tasks: ['a', 'b'] }], { concurrency: { maxRuns: 1, whenFull: 'queue' } }),
    );
    assert.equal(await farm.line(runId), 'running: a succeeded, b queued');
    assert.equal((await farm.attempts.unfolded()).find(({ taskKey }) => taskKey === 'b')?.state, 'queued');
    await farm.close();
  });

  it('X4 tells the timeline of a write that was applied only after its run had been looked at', async () => {
    const farm = await new Farm(oneAtATime).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    await agent.accept();
    await farm.time.advance(1_000);
    const replace = farm.runs.replace.bind(farm.runs);
    farm.runs.replace = async (late) => {
      farm.runs.replace = async (record) => {
        farm.runs.replace = replace;
        await replace(late);
        return replace(record);
      };
      throw new Error('the connection was cut');
    };
    await agent.finish();
    await farm.time.advance(2_000);
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    assert.include(
      (await farm.runEvents.ofRun(runId)).map(({ type }) => type),
      'runFinished',
    );
    await farm.close();
  });

  it('G7 continues behind what another controller wrote, and did not come to do, once it sweeps', async () => {
    const farm = await new Farm(sampleDefinition([{ mode: 'serial', tasks: ['a', 'b'] }]), { isShared: true }).open();
    const runId = await farm.start();
    await endElsewhere(farm, runId, 'a');
    await farm.time.advance(120_000);
    assert.equal(await farm.line(runId), 'running: a succeeded, b queued');
    assert.equal((await farm.attempts.unfolded()).find(({ taskKey }) => taskKey === 'b')?.state, 'queued');
    await farm.close();
  });

  it('a start is answered with its run, and not left for the next controller to find', async () => {
    const faults = new Map<string, Fault[]>();
    const farm = await new Farm(oneAtATime, { onCall: (call) => faults.get(call)?.shift() }).open();
    faults.set('pipelines.number', ['after']);
    faults.set('pipelines.read', [undefined, 'before', 'before']);
    const starting = farm.service.start(ann, pipelineId, {});
    await settle();
    await farm.time.advance(1_000);
    const started = await starting;
    assert.isTrue(started.ok);
    assert.equal(started.ok && (await farm.line(started.value.id)), 'queued: a queued');
    await farm.close();
  });
});

/** Another controller takes the end of a task into its run, and dies before it does anything about it. */
async function endElsewhere(farm: Farm, runId: RunId, taskKey: string): Promise<void> {
  const [number, at] = [1, farm.time.now()];
  const attemptId = attemptIdOf(runId, taskKey, number);
  await farm.attempts.change(attemptId, { states: ['queued'], fencing: 0 }, { ...endingOf('succeeded', at), lastWriteId: 'elsewhere' });
  await farm.attempts.markFolded([attemptId]);
  const record = await farm.runs.read(runId);
  if (record === undefined) throw new Error('the run is not in the store');
  const event = { type: 'attemptFinished', attemptId, taskKey, number, outcome: 'succeeded', finishedAt: at, rerun: false } as const;
  const { run } = advance(record.run, event, { definition: farm.definition, now: at });
  assert.equal(await farm.runs.replace(nextRecord(record, run, 'elsewhere')), 'written');
}

/** A first run whose task ends as its controller dies: what that wrote of the run reaches the store when the next one has read it. `next`: the run behind it. */
async function lastWriteLandsLate(definition: DefinitionSnapshot) {
  const waits = new Map<string, Fault[]>();
  const farm = await new Farm(definition, { onCall: (call) => waits.get(call)?.shift() }).open();
  const agent = await farm.addAgent('drover-1');
  await agent.connect();
  const [runId, next] = [await farm.start(), await farm.start()];
  await agent.accept();
  await farm.time.advance(1_000);
  const replace = farm.runs.replace.bind(farm.runs);
  const written: RunRecord[] = [];
  farm.runs.replace = (record) => {
    written.push(record);
    return new Promise(() => undefined);
  };
  void agent.finish();
  await settle();
  farm.runs.replace = replace;
  let answer: () => void = () => undefined;
  waits.set('pipelines.withPending', [new Promise<void>((resolve) => (answer = resolve))]);
  const starting = farm.crash();
  await settle();
  assert.deepEqual(await Promise.all(written.map(replace)), ['written']);
  answer();
  await starting;
  await farm.time.advance(1_000);
  return { farm, runId, next };
}
