import { assert } from 'chai';
import { ManualTime } from '../../adapters/memory/time.js';
import { ControllerInUse, SoleController, type ControllerLease, type ControllerLeaseStore } from './sole-controller.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => silent };

describe('O5 one controller on a database', () => {
  let time: ManualTime;
  let lease: ControllerLease | undefined;
  let isAway: boolean;
  /** When each process of the machine started, by its number. */
  const living = new Map<number, string>();
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
      self: { controllerId, host, pid, machine, started: living.get(pid) ?? '' },
      processOf: (asked) => {
        const started = living.get(asked);
        return started === undefined ? undefined : { started };
      },
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

  const alpha = 'boot-of-alpha pid:[1]';
  // The lease's machine and start, when the process with its number (1) started, and the machine that the second one sees.
  // prettier-ignore
  const combinations = [
    ['dead',    'no process has its number',                     alpha,                   'at 5',    undefined, alpha],
    ['dead',    'no process has its number, its start unknown',  alpha,                   undefined, undefined, alpha],
    ['dead',    'a later process has its number',                alpha,                   'at 5',    'at 9',    alpha],
    ['unknown', 'its process lives',                             alpha,                   'at 5',    'at 5',    alpha],
    ['unknown', 'its process or a later one lives',              alpha,                   'at 5',    '',        alpha],
    ['unknown', 'its start unknown, a process has its number',   alpha,                   undefined, 'at 5',    alpha],
    ['unknown', 'in a container of the same name',               'boot-of-alpha pid:[2]', 'at 5',    undefined, alpha],
    ['unknown', 'in such a container, the number taken here',    'boot-of-alpha pid:[2]', 'at 5',    'at 9',    alpha],
    ['unknown', 'in another boot, or on another machine',        'boot-of-beta pid:[1]',  'at 5',    undefined, alpha],
    ['unknown', 'of a version that did not say where',           undefined,               undefined, undefined, alpha],
    ['unknown', 'where its machine is not known',                '',                      'at 5',    undefined, alpha],
    ['unknown', 'where neither machine is known',                '',                      'at 5',    undefined, ''],
    ['unknown', 'where our own machine is not known',            alpha,                   'at 5',    undefined, ''],
  ] as const;
  for (const [state, what, machine, started, found, seen] of combinations) {
    const second = () => outcomeOf(controller('two', 'alpha', 1, seen).claim());
    const given = (): void => {
      lease = { controllerId: 'one', host: 'alpha', pid: 1, ...(machine !== undefined && { machine }), ...(started && { started }), beat: 7, at: 0 }; // prettier-ignore
      if (found !== undefined) living.set(1, found);
    };
    if (state === 'dead')
      it(`B9 takes over at once: ${what}`, async () => {
        given();
        assert.equal(await second(), 'claimed');
        assert.deepInclude(lease, { controllerId: 'two', machine: seen });
      });
    else
      it(`B9 waits for the sign of life: ${what}`, async () => {
        given();
        const refused = second();
        await time.advance(3_000);
        assert.equal(lease?.controllerId, 'one');
        await store.beat('one', time.now());
        await time.advance(3_000);
        assert.instanceOf(await refused, ControllerInUse);
        const later = second();
        await time.advance(25_000);
        assert.equal(await later, 'claimed', 'no sign of life any more');
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
