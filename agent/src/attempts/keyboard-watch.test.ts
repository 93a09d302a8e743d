import { assert } from 'chai';
import { PassThrough } from 'node:stream';
import { HandClock } from '../testing/hand-clock.js';
import { watchKeyboard } from './keyboard-watch.js';

describe('B2 a step that waits for a key', () => {
  const watched = (found: readonly string[] | Error = []) => {
    const clock = new HandClock();
    const said: string[] = [];
    const looks: number[] = [];
    const state = { printed: 0, clock, said, looks, cancel: (): void => undefined };
    const running = {
      output: new PassThrough(),
      exit: new Promise<never>(() => undefined),
      stop: () => undefined,
      endKeyReaders: () => {
        looks.push(clock.monotonicMs());
        if (found instanceof Error) return Promise.reject(found);
        return Promise.resolve(looks.length === 1 ? found : []);
      },
    };
    state.cancel = watchKeyboard({ running, clock, printed: () => state.printed, say: (line) => said.push(line) });
    return state;
  };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  it('is ended once it was silent for a while, and the log names the program', async () => {
    const state = watched(['less']);
    state.clock.move(2_000);
    await settled();
    assert.deepEqual(state.looks, [2_000]);
    assert.lengthOf(state.said, 1);
    assert.include(state.said[0], 'less waited for a key');
  });

  it('is not looked for while it prints, and less and less often in silence', async () => {
    const state = watched();
    for (state.printed = 1; state.printed < 5; state.printed += 1) state.clock.move(2_000);
    assert.deepEqual(state.looks, []);
    for (let minute = 0; minute < 6; minute += 1) {
      for (let second = 0; second < 60; second += 2) {
        state.clock.move(2_000);
        await settled();
      }
    }
    const waits = state.looks.slice(1).map((at, index) => at - (state.looks[index] ?? 0));
    assert.deepEqual(waits.slice(0, 5), [4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.deepEqual(state.said, []);
  });

  it('is looked for again where a look fails', async () => {
    const state = watched(new Error('no memory for another process'));
    for (const ms of [2_000, 4_000]) {
      state.clock.move(ms);
      await settled();
    }
    assert.deepEqual(state.looks, [2_000, 6_000]);
    state.cancel();
  });

  it('is not looked for after its end', async () => {
    const state = watched(['less']);
    state.cancel();
    state.clock.move(600_000);
    await settled();
    assert.deepEqual([state.looks, state.said, state.clock.pending], [[], [], 0]);
  });
});
