import { assert } from 'chai';
import { Scheduler } from './scheduler.js';

describe('the scheduler of a simulated world', () => {
  it('moves time with each delay, also one that is too short to be added to it', async () => {
    const scheduler = new Scheduler();
    await scheduler.play(10_000_000, () => false);
    const dueMs = scheduler.nowMs + 1;
    const look = (): void => {
      const leftMs = dueMs - scheduler.nowMs;
      if (leftMs > 0) scheduler.after(Math.min(leftMs, 1e-12), look);
    };
    look();
    await scheduler.play(0.01, () => false);
    assert.equal(scheduler.nowMs, 10_000_000.01);
    assert.isBelow(scheduler.steps, 200);
  });

  it('ends a history whose time stands still', async () => {
    const scheduler = new Scheduler();
    const again = (): void => void scheduler.after(0, again);
    again();
    const end = await scheduler.play(1, () => false).catch((error: unknown) => error);
    assert.instanceOf(end, Error);
    assert.include(end.message, 'time stands still');
  });
});
