import { attemptIdOf } from '@drover/protocol';
import { assert } from 'chai';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm } from '../../testing/engine/farm.js';
import { AttemptService } from '../attempts/attempt-service.js';

const tasks = 20;

/** Reads of runs and attempts by a viewer of a run of one task, and at the task, after they have ended. */
async function readsAfterEnd(isShared: boolean): Promise<{ readonly ofRuns: number; readonly ofAttempts: number }> {
  const calls: string[] = [];
  const farm = await new Farm(sampleDefinition([{ tasks: ['a'] }]), { isShared, onCall: (call) => void calls.push(call) }).open();
  const agent = await farm.addAgent('drover-1');
  await agent.connect();
  const runId = await farm.start();
  await agent.work();
  await farm.time.advance(2_000);
  calls.length = 0;
  assert.match(await farm.line(runId), /^succeeded/);
  const view = await new AttemptService(farm.core, farm.service).view(attemptIdOf(runId, 'a', 1));
  assert.equal(view.ok && view.value.status, 'succeeded');
  await farm.close();
  const count = (name: string) => calls.filter((call) => call === name).length;
  return { ofRuns: count('runs.read'), ofAttempts: count('attempts.read') };
}

/** How often each write was made in a run of so many tasks, from its start to its end. */
async function writesOf(mode: 'serial' | 'parallel', slots: number): Promise<(name: string) => number> {
  const calls = new Map<string, number>();
  const keys = Array.from({ length: tasks }, (_, index) => `t${index}`);
  const farm = await new Farm(sampleDefinition([{ tasks: keys, mode }]), {
    onCall: (call) => void calls.set(call, (calls.get(call) ?? 0) + 1),
  }).open();
  const agent = await farm.addAgent('drover-1', { slots });
  await agent.connect();
  calls.clear();
  const runId = await farm.start();
  const answered = new Set<string>();
  for (let round = 0; round < 2 * tasks && !(await farm.line(runId)).startsWith('succeeded'); round += 1) {
    for (const offer of agent.offers().filter(({ offerId }) => !answered.has(offerId))) {
      answered.add(offer.offerId);
      await agent.acceptOffer(offer, agent.held.length);
    }
    await Promise.all([...agent.held].map((held) => agent.finish('succeeded', held)));
    await farm.time.advance(10);
  }
  assert.match(await farm.line(runId), /^succeeded/);
  await farm.time.advance(2_000);
  await farm.close();
  return (name) => calls.get(name) ?? 0;
}

describe('the budget of a task (architecture.md)', () => {
  it('in a serial stage: insert, accept, finish, and one fold', async () => {
    const of = await writesOf('serial', 1);
    assert.deepEqual([of('attempts.insert'), of('attempts.change')], [tasks, 2 * tasks]);
    assert.isAtMost(of('runs.replace'), tasks + 1);
    assert.isAtMost(of('attempts.markFolded') + of('runEvents.append'), 10, 'gathered over all that ends within a moment');
  });

  it('in a parallel stage: one insert for all, accept, finish, and a share of few folds', async () => {
    const of = await writesOf('parallel', 10);
    assert.deepEqual([of('attempts.insert'), of('attempts.change')], [1, 2 * tasks]);
    assert.isAtMost(of('runs.replace'), 6);
    assert.isAtMost(of('attempts.markFolded') + of('runEvents.append'), 6);
  });

  it('its viewers cost no read, also when it has just ended', async () => {
    assert.deepEqual(await readsAfterEnd(false), { ofRuns: 0, ofAttempts: 0 });
  });

  it('where other controllers may open a run again, it is read again; an attempt’s end is final', async () => {
    const { ofRuns, ofAttempts } = await readsAfterEnd(true);
    assert.isAbove(ofRuns, 0);
    assert.equal(ofAttempts, 0);
  });
});
