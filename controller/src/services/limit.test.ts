import { assert } from 'chai';
import { createLimit } from './limit.js';

describe('a limit of what happens at once', () => {
  it('holds also for what comes just when something ends', async () => {
    const limited = createLimit(1);
    let running = 0;
    let most = 0;
    const action = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };
    const first = limited(action);
    const second = limited(action);
    const third = first.then(() => limited(action));
    await Promise.all([first, second, third, limited(action)]);
    assert.equal(most, 1);
  });

  it('continues after a failure', async () => {
    const limited = createLimit(1);
    const failing = limited(() => Promise.reject(new Error('no')));
    const next = limited(() => Promise.resolve('yes'));
    const [failed] = await Promise.allSettled([failing]);
    assert.equal(failed?.status, 'rejected');
    assert.equal(await next, 'yes');
  });
});
