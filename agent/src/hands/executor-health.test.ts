import { expect } from 'chai';
import type { Executor, ExecutorCheck } from '../executors/executor.js';
import { ExecutorHealth } from './executor-health.js';

describe('G14 the health of executors', () => {
  let answer: ExecutorCheck;
  const executor: Executor = {
    name: 'docker',
    check: () => Promise.resolve(answer),
    open: () => Promise.reject(new Error('not asked')),
    reap: () => Promise.resolve([]),
  };

  it('is good until one fails, and good again when it answers', async () => {
    const health = new ExecutorHealth();
    answer = { ok: false, reason: 'away' };
    expect(await health.faults()).to.deep.equal([]);
    health.suspect(executor);
    expect(await health.faults()).to.deep.equal([{ executor: 'docker', detail: 'away' }]);
    answer = { ok: true };
    expect(await health.faults()).to.deep.equal([]);
  });

  it('G10 what could not be removed is removed as soon as that works, once', async () => {
    const health = new ExecutorHealth();
    let isAway = true;
    let removed = 0;
    answer = { ok: true };
    health.owe(executor, () => (isAway ? Promise.reject(new Error('the engine is away')) : Promise.resolve(void (removed += 1))));
    expect(await health.faults()).to.deep.equal([{ executor: 'docker', detail: 'the engine is away' }]);
    isAway = false;
    expect(await health.faults()).to.deep.equal([]);
    expect(await health.faults()).to.deep.equal([]);
    expect(removed).to.equal(1);
  });
});
