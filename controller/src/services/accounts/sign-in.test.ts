import { asId, type UserId } from '@drover/protocol';
import { assert } from 'chai';
import { createTryLimiter } from '../../adapters/limits/try-limiter.js';
import type { UserRecord } from '../../domain/accounts/account.js';
import type { Passwords } from '../ports/crypto.js';
import type { NetworkStore } from '../ports/stores/accounts.js';
import { createSignIn, type SignInPorts, type SigningIn } from './sign-in.js';

const ann: UserRecord = {
  _id: asId<UserId>('01arz3ndektsv4rrffq69g5fav'),
  schemaVersion: 1,
  name: 'ann',
  nameKey: 'ann',
  displayName: 'Ann',
  administrator: false,
  disabled: false,
  language: 'en',
  passwordHash: 'right',
  mustChangePassword: false,
  createdAt: 0,
};
const office = '192.0.2.7';

interface Parts {
  readonly verify?: Passwords['verify'];
  readonly networks?: NetworkStore;
  /** The day by the clock. */
  readonly day?: () => number;
}

function networksInMemory() {
  const notes = new Map<string, number>();
  const noted: string[] = [];
  return {
    noted,
    note: async (network: string, at: number) => {
      notes.set(network, at);
      noted.push(network);
    },
    newest: async () => [...notes].map(([network, at]) => ({ network, at })),
  };
}

/** Signing in with everything round it in memory; a password is right when it equals the hash. */
function world({
  verify = async (hash, plain) => ({ ok: true, value: hash === plain }),
  networks = networksInMemory(),
  day = () => 0,
}: Parts = {}) {
  const verified: Array<string | undefined> = [];
  const ports = {
    users: { byNameKey: async (key: string) => (key === 'ann' ? ann : undefined) },
    sessions: { insert: async () => undefined },
    passwords: {
      verify: (hash: string | undefined, plain: string, caller: Parameters<Passwords['verify']>[2]) => {
        verified.push(hash);
        return verify(hash, plain, caller);
      },
    },
    tokens: { create: () => 'cookie', hash: (text: string) => text },
    limiter: createTryLimiter({ tries: 10, seconds: 900 }),
    addressLimiter: createTryLimiter({ tries: 100, seconds: 900 }),
    networks,
    clock: { now: () => day() * 86_400_000 },
    log: { warn: () => undefined },
    ids: { next: () => '01arz3ndektsv4rrffq69g5fb0' },
  } as unknown as SignInPorts;
  const { signIn } = createSignIn(ports);
  const codeOf = async (given: Partial<SigningIn>): Promise<string> => {
    const answer = await signIn({ name: 'ann', password: 'right', address: office, userAgent: '', ...given });
    return answer.ok ? 'in' : answer.code;
  };
  return { codeOf, verified };
}

/** Answers as the true one, and keeps whether the caller was known. */
const noting =
  (known: boolean[]): Passwords['verify'] =>
  async (hash, plain, { isKnown }) => (known.push(isKnown === true), { ok: true, value: hash === plain });

describe('A5 many tries to sign in', () => {
  it('from one address meet a limit whatever their names, before any password is hashed; others are let in', async () => {
    const { codeOf, verified } = world();
    const codes = [];
    for (let count = 0; count < 300; count += 1) codes.push(await codeOf({ name: `made-up-${count}`, password: 'wrong' }));
    assert.deepEqual(
      [codes[99], codes[100], codes.at(-1), verified.length],
      ['wrongCredentials', 'tooManyRequests', 'tooManyRequests', 100],
    );
    assert.equal(await codeOf({ address: '192.0.2.8' }), 'in');
  });

  it('from one IPv6 network meet that limit, whatever the host', async () => {
    const { codeOf } = world();
    for (let count = 0; count < 100; count += 1)
      await codeOf({ name: `n${count}`, address: `2001:db8::${count.toString(16)}`, password: 'wrong' });
    assert.deepEqual(
      [await codeOf({ address: '2001:db8::ffff' }), await codeOf({ address: '2001:db8:0:1::1' })],
      ['tooManyRequests', 'in'],
    );
  });

  it('that are right count for nothing: an office shares an address', async () => {
    const { codeOf } = world();
    for (let count = 0; count < 300; count += 1) assert.equal(await codeOf({}), 'in');
  });

  it('with one name from one address meet a limit of their own', async () => {
    const { codeOf } = world();
    for (let count = 0; count < 10; count += 1) assert.equal(await codeOf({ password: 'wrong' }), 'wrongCredentials');
    assert.deepEqual([await codeOf({}), await codeOf({ address: '192.0.2.8' })], ['tooManyRequests', 'in']);
  });

  it('that find the queue full are told to come back, and are no tries', async () => {
    const { codeOf } = world({ verify: async () => ({ ok: false, reason: 'full' }) });
    for (let count = 0; count < 200; count += 1) assert.equal(await codeOf({}), 'unavailable');
  });

  it('wait apart from strangers where somebody signed in before', async () => {
    const known: boolean[] = [];
    const { codeOf } = world({ verify: noting(known) });
    await codeOf({ password: 'wrong' });
    await codeOf({});
    await codeOf({ name: 'nobody' });
    await codeOf({ address: '192.0.2.8' });
    assert.deepEqual(known, [false, false, true, false]);
  });

  it('wait apart from strangers also after a restart, where somebody signed in before it', async () => {
    const networks = networksInMemory();
    await world({ networks }).codeOf({});
    const known: boolean[] = [];
    const { codeOf } = world({ networks, verify: noting(known) });
    await codeOf({ address: '192.0.2.8' });
    await codeOf({});
    assert.deepEqual(known, [false, true]);
  });

  it('note their network once a day', async () => {
    const networks = networksInMemory();
    let today = 1;
    const { codeOf } = world({ networks, day: () => today });
    await codeOf({});
    await codeOf({});
    today = 2;
    await codeOf({});
    assert.deepEqual(networks.noted, [office, office]);
  });

  it('are let in also while networks can be neither read nor noted', async () => {
    const fails = async () => Promise.reject(new Error('the store is away'));
    assert.equal(await world({ networks: { note: fails, newest: fails } }).codeOf({}), 'in');
  });

  it('take the same way for a name that there is and one that there is not', async () => {
    const { codeOf, verified } = world();
    assert.equal(await codeOf({ password: 'wrong' }), await codeOf({ name: 'nobody', password: 'wrong' }));
    assert.deepEqual(verified, ['right', undefined]);
  });
});
