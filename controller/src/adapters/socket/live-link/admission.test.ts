import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { assert } from 'chai';
import { asId, type UserId } from '@drover/protocol';
import type { UserActor } from '../../../services/ports/access.js';
import { createTryLimiter } from '../../limits/try-limiter.js';
import { LiveAdmission, type Admission } from './admission.js';

const person = (name: string): UserActor => ({
  type: 'user',
  userId: asId<UserId>(name),
  name,
  administrator: false,
  scopes: new Set(['read']),
  via: 'token',
});

/** Tokens are names; those that begin with “wrong” are nobody's. */
function world({ recent = [] as readonly string[], held = Promise.resolve() } = {}) {
  const looked: string[] = [];
  const admission = new LiveAdmission({
    users: {
      user: async ({ bearer = '' }) => {
        looked.push(bearer);
        await held;
        return bearer.startsWith('wrong') ? undefined : person(bearer);
      },
      isRecent: ({ bearer = '' }) => recent.includes(bearer),
    },
    strangers: createTryLimiter({ tries: 5, seconds: 60 }),
    addressOf: ({ headers }) => String(headers['x-from'] ?? '192.0.2.7'),
    publicOrigin: undefined,
  });
  const ask = (token: string, from?: string) => {
    const request = new IncomingMessage(new Socket());
    request.headers = { authorization: `Bearer ${token}`, ...(from === undefined ? {} : { 'x-from': from }) };
    return { socket: request.socket, answer: admission.admit(request) };
  };
  const told = async (token: string, from?: string) => statusOf(await ask(token, from).answer);
  return { looked, ask, told };
}

const statusOf = (admission: Admission) =>
  admission.ok ? 'in' : [admission.refusal.status, (admission.refusal.retryAfterSeconds ?? 0) > 0 ? 'later' : 'never'].join(' ');

describe('A5 requests for a live link', () => {
  it('with wrong tokens of one address are not looked at after some, and others are', async () => {
    const { looked, told } = world();
    const answers = [];
    for (let count = 0; count < 300; count += 1) answers.push(await told(`wrong-${count}`));
    assert.deepEqual([answers[4], answers[5], answers.at(-1), looked.length], ['401 never', '429 later', '429 later', 5]);
    assert.equal(await told('ann', '192.0.2.8'), 'in');
  });

  it('of somebody who was signed in lately pass a flood from their own address', async () => {
    const { told } = world({ recent: ['ann'] });
    for (let count = 0; count < 10; count += 1) await told('wrong');
    assert.deepEqual([await told('ann'), await told('bob')], ['in', '429 later']);
  });

  it('that are right count for nothing: an office shares an address', async () => {
    const { told } = world();
    for (let count = 0; count < 50; count += 1) assert.equal(await told(`person-${count}`), 'in');
  });

  it('of one address that are looked up at the same time are bounded', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { looked, told } = world({ held });
    const answers = Promise.all(Array.from({ length: 100 }, (_, count) => told(`person-${count}`)));
    const other = told('other', '192.0.2.8');
    release();
    const counted = await answers;
    assert.deepEqual(
      [counted.filter((answer) => answer === 'in').length, counted.filter((answer) => answer === '503 later').length],
      [64, 36],
    );
    assert.deepEqual([await other, looked.length], ['in', 65]);
  });

  it('of one person are bounded, and a link that is closed makes room', async () => {
    const { ask, told } = world();
    const first = ask('ann');
    await first.answer;
    for (let count = 1; count < 250; count += 1) assert.equal(await told('ann'), 'in');
    assert.deepEqual([await told('ann'), await told('bob')], ['429 later', 'in']);
    const closed = new Promise((resolve) => first.socket.once('close', resolve));
    first.socket.destroy();
    await closed;
    assert.equal(await told('ann'), 'in');
  });

  it('whose client hung up while it was looked up leave no link behind', async () => {
    const { ask, told } = world();
    for (let count = 0; count < 300; count += 1) {
      const { socket, answer } = ask('ann');
      socket.destroy();
      await answer;
    }
    assert.equal(await told('ann'), 'in');
  });
});
