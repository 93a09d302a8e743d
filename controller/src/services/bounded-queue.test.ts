import { assert } from 'chai';
import { BoundedQueue } from './bounded-queue.js';

const bounds = { atOnce: 1, waiting: 3, waitingOfOne: 2 };

/** An action that ends when it is told to. */
function held() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { action: () => ended.then(() => 'done'), end: () => end() };
}

describe('A5 the queue of what is expensive', () => {
  it('runs in order, and refuses what is too much of one caller, and of all', async () => {
    const queue = new BoundedQueue(bounds);
    const first = held();
    const order: string[] = [];
    const ask = (key: string) => queue.run({ key }, async () => order.push(key));
    const running = queue.run({ key: 'a' }, first.action);
    const answers = ['b', 'b', 'b', 'c', 'd'].map(ask);
    assert.deepEqual(await answers[2], { ok: false, reason: 'full' });
    assert.deepEqual(await answers[4], { ok: false, reason: 'full' });
    first.end();
    assert.deepEqual(await running, { ok: true, value: 'done' });
    await Promise.all(answers);
    assert.deepEqual(order, ['b', 'b', 'c']);
    assert.deepEqual(await ask('b'), { ok: true, value: 4 });
  });

  it('does not begin what was given up, and gives its place to another', async () => {
    const queue = new BoundedQueue({ ...bounds, waiting: 1 });
    const first = held();
    const running = queue.run({ key: 'a' }, first.action);
    const gone = new AbortController();
    let hasBegun = false;
    const givenUp = queue.run({ key: 'b', signal: gone.signal }, async () => (hasBegun = true));
    gone.abort();
    assert.deepEqual(await givenUp, { ok: false, reason: 'givenUp' });
    const other = queue.run({ key: 'c' }, async () => 'c');
    first.end();
    assert.deepEqual(
      [await running, await other],
      [
        { ok: true, value: 'done' },
        { ok: true, value: 'c' },
      ],
    );
    assert.isFalse(hasBegun);
  });

  it('continues after an action that fails', async () => {
    const queue = new BoundedQueue(bounds);
    const failing = queue.run({ key: 'a' }, () => Promise.reject(new Error('no')));
    const next = queue.run({ key: 'a' }, async () => 1);
    assert.equal(await failing.catch((error: Error) => error.message), 'no');
    assert.deepEqual(await next, { ok: true, value: 1 });
  });
});
