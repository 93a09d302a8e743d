import { assert } from 'chai';
import { ManualTime } from '../../adapters/memory/time.js';
import { ControllerInUse, SoleController, type ControllerLease, type ControllerLeaseStore } from './sole-controller.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => silent };

describe('O5 one controller on a database', () => {
  let time: ManualTime;
  let lease: ControllerLease | undefined;
  let isAway: boolean;
  const living = new Set<number>();
  const store: ControllerLeaseStore = {
    read: async () => lease,
    take: async (fresh, former) => {
      if (lease?.controllerId !== former?.controllerId || lease?.beat !== former?.beat) return false;
      lease = fresh;
      return true;
    },
    beat: async (controllerId, at) => {
      if (isAway) throw new Error('away');
      if (lease?.controllerId !== controllerId) return false;
      lease = { ...lease, beat: lease.beat + 1, at };
      return true;
    },
    release: async (controllerId) => {
      if (lease?.controllerId === controllerId) lease = undefined;
    },
  };
  const controller = (controllerId: string, host: string, pid: number, machine = `boot-of-${host} pid:[1]`): SoleController =>
    new SoleController({
      store,
      self: { controllerId, host, pid, machine },
      lives: (asked) => living.has(asked),
      timers: time,
      monotonic: time,
      clock: time,
      log: silent,
    });

  beforeEach(() => {
    time = new ManualTime();
    lease = undefined;
    isAway = false;
    living.clear();
  });

  const outcomeOf = async (claim: Promise<void>): Promise<unknown> =>
    claim.then(
      () => 'claimed',
      (error: unknown) => error,
    );

  it('refuses a second one, naming the first, its process and its sign of life', async () => {
    await controller('one', 'alpha', 10).claim();
    const second = outcomeOf(controller('two', 'beta', 20).claim());
    await time.advance(6_000);
    const refusal = await second;
    assert.instanceOf(refusal, ControllerInUse);
    assert.match(String(refusal), /process 10 on alpha, last sign of life [0-6] s ago/);
    assert.equal(lease?.controllerId, 'one');
  });

  it('takes over when the sign of life stays away, whatever the wall clock says', async () => {
    lease = { controllerId: 'one', host: 'alpha', pid: 10, beat: 7, at: time.now() + 1e9 };
    const second = outcomeOf(controller('two', 'beta', 20).claim());
    await time.advance(15_000);
    assert.equal(lease?.controllerId, 'one');
    await time.advance(10_000);
    assert.equal(await second, 'claimed');
    assert.equal(lease?.controllerId, 'two');
  });

  it('takes over at once from a process of its own machine that is gone, also where it has its number', async () => {
    lease = { controllerId: 'one', host: 'alpha', pid: 10, machine: 'boot-of-alpha pid:[1]', beat: 7, at: 0 };
    await controller('two', 'alpha', 20).claim();
    await controller('three', 'alpha', 20).claim();
    assert.equal(lease?.controllerId, 'three');
    living.add(20);
    const fourth = outcomeOf(controller('four', 'alpha', 21).claim());
    await time.advance(6_000);
    assert.instanceOf(await fourth, ControllerInUse);
  });

  for (const [what, machine] of [
    ['in a container of the same name', 'boot-of-alpha pid:[2]'],
    ['before the machine was started again, or on another one of the same name', 'boot-of-beta pid:[1]'],
    ['of a version that did not say where', undefined],
    ['where nobody knows', ''],
  ] as const) {
    it(`B9 takes no process for gone that it cannot look for: ${what}`, async () => {
      lease = { controllerId: 'one', host: 'alpha', pid: 1, ...(machine !== undefined && { machine }), beat: 7, at: 0 };
      const second = outcomeOf(controller('two', 'alpha', 1, machine === '' ? '' : undefined).claim());
      await time.advance(3_000);
      assert.equal(lease.controllerId, 'one');
      await store.beat('one', time.now());
      await time.advance(3_000);
      assert.instanceOf(await second, ControllerInUse);
    });
  }

  it('ends when another one took over while it could not be heard, and not while the database is away', async () => {
    const one = controller('one', 'alpha', 10);
    await one.claim();
    let end: Error | undefined;
    void one.lost.then((error) => (end = error));
    isAway = true;
    await time.advance(60_000);
    assert.isUndefined(end);
    lease = { controllerId: 'two', host: 'beta', pid: 20, beat: 1, at: 0 };
    isAway = false;
    await time.advance(6_000);
    assert.match(String(end), /Another controller took this database over/);
  });

  it('gives the lease back when it closes', async () => {
    const one = controller('one', 'alpha', 10);
    await one.claim();
    await one.close();
    assert.isUndefined(lease);
    assert.equal(time.pendingTimers, 0);
  });
});
