import { asId, type UserId } from '@drover/protocol';
import { assert } from 'chai';
import { createTryLimiter } from '../../adapters/limits/try-limiter.js';
import type { UserActor } from '../ports/access.js';
import type { Caller, Queued } from '../bounded-queue.js';
import { createUsers, type UsersPorts } from './users.js';

const userId = asId<UserId>('01arz3ndektsv4rrffq69g5fav');
const actor: UserActor = { type: 'user', userId, name: 'ann', administrator: false, scopes: new Set(), via: 'session' };

function usersWith(verify: (caller: Caller) => Queued<boolean>) {
  return createUsers({
    users: { byId: async () => ({ passwordHash: 'hash', name: 'ann', displayName: 'Ann' }) },
    passwords: { verify: async (_hash: string, _plain: string, caller: Caller) => verify(caller) },
    tokens: { hash: (text: string) => text },
    limiter: createTryLimiter({ tries: 10, seconds: 900 }),
  } as unknown as UsersPorts);
}

describe('A5 changing a password', () => {
  const input = { current: 'wrong', next: 'another one that nobody guesses' };

  it('is no try while too many passwords are being checked', async () => {
    let isBusy = true;
    const users = usersWith(() => (isBusy ? { ok: false, reason: 'full' } : { ok: true, value: false }));
    const codeOf = async () => {
      const changed = await users.changePassword(actor, input);
      return changed.ok ? 'changed' : changed.code;
    };
    for (let count = 0; count < 20; count += 1) assert.equal(await codeOf(), 'unavailable');
    isBusy = false;
    assert.equal(await codeOf(), 'invalidInput');
  });

  it('is given up when the client hangs up', async () => {
    const gone = new AbortController();
    const heard: unknown[] = [];
    const users = usersWith(({ signal }) => (heard.push(signal), { ok: false, reason: 'givenUp' }));
    await users.changePassword(actor, input, gone.signal);
    assert.deepEqual(heard, [gone.signal]);
  });
});
