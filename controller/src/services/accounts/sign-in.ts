import { asId, type Instant, type SessionId } from '@drover/protocol';
import type { CurrentSession, SessionView } from '@drover/protocol/api';
import { nameKeyOf, sessionExpiry, userView, type SessionRecord } from '../../domain/accounts/account.js';
import { networkOf } from '../../domain/accounts/network.js';
import type { UserActor } from '../ports/access.js';
import type { Passwords, Tokens, TryLimiter } from '../ports/crypto.js';
import type { Ids } from '../ports/environment.js';
import type { Signals } from '../ports/signals.js';
import type { SessionStore, UserStore } from '../ports/stores/accounts.js';
import { ok, refused, type Result } from '../result.js';
import { KnownNetworks, type KnownNetworksPorts } from './known-networks.js';

export interface SignInPorts extends KnownNetworksPorts {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  /** Tries of one name from one address. */
  readonly limiter: TryLimiter;
  /** Tries of any name from one address that were wrong. */
  readonly addressLimiter: TryLimiter;
  readonly signals: Signals;
  readonly ids: Ids;
}

export interface SignedIn {
  /** The cookie's value; only its hash is kept. */
  readonly cookie: string;
  readonly session: CurrentSession;
  readonly expiresAt: Instant;
}

export interface SigningIn {
  readonly name: string;
  readonly password: string;
  readonly address: string;
  readonly userAgent: string;
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal;
}

/** A1, A5: signing in and out, and the sessions of a person. */
export function createSignIn(ports: SignInPorts) {
  const networks = new KnownNetworks(ports);
  return {
    signIn: (given: SigningIn) => signIn(ports, networks, given),
    current: (actor: UserActor) => current(ports, actor),
    list: (actor: UserActor) => list(ports, actor),
    async end(actor: UserActor, sessionId: SessionId): Promise<Result<void>> {
      if (!(await ports.sessions.remove(actor.userId, sessionId))) return refused('notFound', 'There is no such session of yours.');
      ports.signals.publish({ type: 'sessionEnded', userId: actor.userId, sessionId });
      return ok(undefined);
    },
  };
}
export type SignInService = ReturnType<typeof createSignIn>;

/** One sentence and one duration for a wrong name and a wrong password: nobody learns which names exist. */
const wrong = refused('wrongCredentials', 'The name or the password is wrong.');

export const busy = refused('unavailable', 'Too many people are signing in at this moment; try again in a few seconds.', {
  retryAfterSeconds: 3,
});
const tooMany = (where: string, retryAfterSeconds: number) =>
  refused('tooManyRequests', `Too many tries to sign in ${where}; try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });

async function signIn(ports: SignInPorts, networks: KnownNetworks, given: SigningIn): Promise<Result<SignedIn>> {
  const { limiter, addressLimiter, passwords, users, tokens } = ports;
  const nameKey = nameKeyOf(given.name);
  const network = networkOf(given.address);
  const key = tokens.hash(`${nameKey} ${network}`);
  const ofAddress = await addressLimiter.take(network);
  if (!ofAddress.ok) return tooMany('from this address', ofAddress.retryAfterSeconds);
  const turn = await limiter.take(key);
  if (!turn.ok) return tooMany('with this name', turn.retryAfterSeconds);
  const user = await users.byNameKey(nameKey);
  const verified = await passwords.verify(user?.passwordHash, given.password, {
    key: network,
    isKnown: await networks.has(network),
    signal: given.signal,
  });
  if (!verified.ok) {
    await Promise.all([limiter.giveBack(key), addressLimiter.giveBack(network)]); // it was no try
    return busy;
  }
  if (!user || !verified.value || user.disabled) return wrong;
  await Promise.all([limiter.forgive(key), addressLimiter.giveBack(network)]);
  await networks.add(network);
  const cookie = ports.tokens.create('');
  const session = newSession(ports, { ...given, userId: user._id, tokenHash: ports.tokens.hash(cookie) });
  await ports.sessions.insert(session);
  return ok({
    cookie,
    expiresAt: session.expiresAt,
    session: { user: userView(user), sessionId: session._id, expiresAt: session.expiresAt },
  });
}

function newSession(
  { clock, ids }: SignInPorts,
  { userId, tokenHash, address, userAgent }: Pick<SessionRecord, 'userId' | 'tokenHash' | 'address' | 'userAgent'>,
): SessionRecord {
  const now = clock.now();
  return {
    _id: asId(ids.next()),
    schemaVersion: 1,
    userId,
    tokenHash,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: sessionExpiry(now, now),
    userAgent,
    address,
  };
}

async function current({ users, sessions }: SignInPorts, actor: UserActor): Promise<Result<CurrentSession>> {
  const user = await users.byId(actor.userId);
  if (!user) return refused('unauthenticated', 'Sign in first.');
  const session = actor.sessionId && (await sessions.ofUser(actor.userId)).find(({ _id }) => _id === actor.sessionId);
  return ok({ user: userView(user), ...(session && { sessionId: session._id, expiresAt: session.expiresAt }) });
}

async function list({ sessions, clock }: SignInPorts, actor: UserActor): Promise<readonly SessionView[]> {
  const now = clock.now();
  const open = (await sessions.ofUser(actor.userId)).filter(({ expiresAt }) => expiresAt > now);
  return open.map(({ _id, createdAt, lastSeenAt, expiresAt, userAgent, address }) => ({
    id: _id,
    createdAt,
    lastSeenAt,
    expiresAt,
    userAgent,
    address,
    current: _id === actor.sessionId,
  }));
}
