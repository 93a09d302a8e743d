import { assert } from 'chai';
import { Background } from './background.js';
import { Coalescer } from './coalesce.js';
import type { Log } from './ports/environment.js';

const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => log };
const timers = { after: () => () => undefined }; // nothing comes due by itself

describe('V7 what is gathered before it is written', () => {
  it('has been written when it is settled, also what was under way', async () => {
    const written: number[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const handle = async (items: readonly number[]): Promise<void> => {
      await held;
      written.push(...items);
    };
    const coalescer = new Coalescer<number>({ timers, background: new Background(log) }, { name: 'write', delayMs: 200, handle });
    coalescer.add([1]);
    coalescer.flush();
    coalescer.add([2]);
    const settled = coalescer.settled();
    release();
    await settled;
    assert.deepEqual(written, [1, 2]);
  });

  it('is not settled where it could not be written, and is written the next time', async () => {
    const written: number[] = [];
    let fails = true;
    const handle = async (items: readonly number[]): Promise<void> => {
      if (fails) throw new Error('the store is away');
      written.push(...items);
    };
    const coalescer = new Coalescer<number>({ timers, background: new Background(log) }, { name: 'write', delayMs: 200, handle });
    coalescer.add([1]);
    const fault: unknown = await coalescer.settled().catch((error: unknown) => error);
    assert.match(String(fault), /the store is away/);
    fails = false;
    await coalescer.settled();
    assert.deepEqual(written, [1]);
  });
});
