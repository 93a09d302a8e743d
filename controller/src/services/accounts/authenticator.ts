import type { Instant } from '@drover/protocol';
import { seenEveryMs, sessionExpiry, type ApiTokenRecord, type SessionRecord, type UserRecord } from '../../domain/accounts/account.js';
import type { UserActor, UserAuthenticator, UserCredentials } from '../ports/access.js';
import type { Tokens } from '../ports/crypto.js';
import type { Clock } from '../ports/environment.js';
import type { ApiTokenStore, SessionStore, UserStore } from '../ports/stores/accounts.js';
import { LastUsed } from './last-used.js';

export interface AuthenticatorPorts {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly apiTokens: ApiTokenStore;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** Hash of the token by which the program that started the controller sets it up; absent: there is none. */
  readonly setupTokenHash?: string | undefined;
}

const everyScope = new Set(['read', 'write', 'administer'] as const);

/** Credentials that are remembered: some 100 bytes each. */
const mostRemembered = 10_000;

/** Finds the user of a session's cookie or an API token. Disabled users, ended and expired ones are nobody. */
export function createAuthenticator(ports: AuthenticatorPorts): UserAuthenticator {
  const recent = new LastUsed<string>(mostRemembered);
  const hashOf = ({ session, bearer }: UserCredentials): string | undefined => {
    const secret = bearer ?? session;
    return secret === undefined ? undefined : ports.tokens.hash(secret);
  };
  return {
    async user(credentials) {
      const hash = hashOf(credentials);
      if (hash === undefined) return undefined;
      const actor = credentials.bearer === undefined ? await bySession(ports, hash) : await byToken(ports, hash);
      if (actor) recent.add(hash);
      else recent.remove(hash);
      return actor;
    },
    isRecent(credentials) {
      const hash = hashOf(credentials);
      return hash !== undefined && recent.has(hash);
    },
  };
}

async function bySession(ports: AuthenticatorPorts, hash: string): Promise<UserActor | undefined> {
  const now = ports.clock.now();
  const session = await ports.sessions.byTokenHash(hash);
  if (!session || session.expiresAt <= now) return undefined;
  const user = await ports.users.byId(session.userId);
  if (!user || user.disabled) return undefined;
  await noteSession(ports, session, now);
  return { ...actorOf(user), scopes: everyScope, sessionId: session._id, via: 'session' };
}

async function noteSession({ sessions }: AuthenticatorPorts, session: SessionRecord, now: Instant): Promise<void> {
  if (now - session.lastSeenAt < seenEveryMs) return;
  await sessions.seen(session._id, { lastSeenAt: now, expiresAt: sessionExpiry(session.createdAt, now) });
}

async function byToken(ports: AuthenticatorPorts, hash: string): Promise<UserActor | undefined> {
  const now = ports.clock.now();
  if (hash === ports.setupTokenHash) return setUp(ports);
  const token = await ports.apiTokens.byTokenHash(hash);
  if (!token || isExpired(token, now)) return undefined;
  const user = await ports.users.byId(token.userId);
  if (!user || user.disabled) return undefined;
  if (now - (token.lastUsedAt ?? 0) >= seenEveryMs) await ports.apiTokens.used(token._id, now);
  return { ...actorOf(user), scopes: new Set(token.scopes), tokenId: token._id, via: 'token' };
}

/** Acts as the first administrator there is, who may have yet to choose a password: the set-up comes before them. */
async function setUp({ users }: AuthenticatorPorts): Promise<UserActor | undefined> {
  const [first] = (await users.all())
    .filter(({ administrator, disabled }) => administrator && !disabled)
    .sort((one, other) => (one._id < other._id ? -1 : 1));
  if (!first) return undefined;
  const { mustChangePassword: _notYet, ...actor } = actorOf(first);
  return { ...actor, scopes: everyScope, via: 'token' };
}

const isExpired = ({ expiresAt }: ApiTokenRecord, now: Instant): boolean => expiresAt !== undefined && expiresAt <= now;

const actorOf = (user: UserRecord) =>
  ({
    type: 'user',
    userId: user._id,
    name: user.displayName || user.name,
    administrator: user.administrator,
    ...(user.mustChangePassword && ({ mustChangePassword: true } as const)),
  }) as const;
