import { assert } from 'chai';
import { asId, type SessionId, type UserId } from '@drover/protocol';
import type { UserActor } from '../ports/access.js';
import type { Log } from '../ports/environment.js';
import { LiveHub } from './live-hub.js';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => quiet };
const actor: UserActor = {
  type: 'user',
  userId: asId<UserId>('ann'),
  name: 'ann',
  administrator: false,
  scopes: new Set(['read']),
  sessionId: asId<SessionId>('session of ann'),
  via: 'session',
};
const nothing = async () => undefined;

describe('A5 how long a viewer is served', () => {
  let now: number;
  let until: () => Promise<number | undefined>;
  let due: Array<{ at: number; action: () => void }>;
  let heard: string[];
  let hub: LiveHub;

  beforeEach(() => {
    now = 1_000;
    due = [];
    heard = [];
    hub = new LiveHub({
      views: {
        run: nothing,
        runSummary: nothing,
        attempt: nothing,
        agent: nothing,
        farm: nothing,
        placeOfRun: nothing,
        placeOfPipeline: nothing,
        mayWatchFarm: async () => true,
      },
      access: { permissions: async () => new Set(), visibleProjects: async () => new Set() },
      attempts: { find: nothing },
      queries: undefined as never,
      signals: { publish: () => undefined, subscribe: () => () => undefined },
      validity: { goodUntil: () => until() },
      clock: { now: () => now },
      timers: {
        after: (delayMs, action) => {
          const entry = { at: now + delayMs, action };
          due.push(entry);
          return () => void due.splice(due.indexOf(entry), 1);
        },
      },
      log: quiet,
    });
  });
  afterEach(() => hub.close());

  const viewer = { actor, send: ({ type }: { type: string }) => void heard.push(type), close: () => void heard.push('closed') };
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  async function pass(): Promise<void> {
    const [next] = due.splice(0, 1);
    now = next?.at ?? now;
    next?.action();
    await settled();
  }

  it('ends when the session does', async () => {
    until = async () => (now < 5_000 ? 5_000 : undefined);
    hub.join(viewer);
    await settled();
    assert.deepEqual(heard, []);
    await pass();
    assert.equal(now, 5_000);
    assert.deepEqual(heard, ['signedOut', 'closed']);
    assert.isEmpty(due);
  });

  it('continues as long as requests prolong the session', async () => {
    let end = 5_000;
    until = async () => (now < end ? end : undefined);
    hub.join(viewer);
    await settled();
    end = 9_000;
    await pass();
    assert.deepEqual(heard, []);
    await pass();
    assert.equal(now, 9_000);
    assert.deepEqual(heard, ['signedOut', 'closed']);
  });

  it('does not begin for somebody who was signed out on the way in', async () => {
    until = nothing;
    hub.join(viewer);
    await settled();
    assert.deepEqual(heard, ['signedOut', 'closed']);
  });

  it('continues while the store does not answer, and asks again', async () => {
    until = () => Promise.reject(new Error('away'));
    hub.join(viewer);
    await settled();
    until = nothing;
    await pass();
    assert.deepEqual(heard, ['signedOut', 'closed']);
  });

  it('leaves no timer behind', async () => {
    until = async () => Infinity;
    hub.join(viewer);
    await settled();
    hub.leave(viewer);
    assert.isEmpty(due);
  });
});
