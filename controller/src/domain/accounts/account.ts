import type { Instant, SessionId, TokenId, UserId } from '@drover/protocol';
import type { Language, tokenScopes, User } from '@drover/protocol/api';

export interface UserRecord {
  readonly _id: UserId;
  readonly schemaVersion: 1;
  readonly name: string;
  /** Unique in the farm, whatever its case. */
  readonly nameKey: string;
  readonly displayName: string;
  readonly administrator: boolean;
  readonly disabled: boolean;
  readonly language: Language;
  readonly passwordHash: string;
  readonly mustChangePassword: boolean;
  readonly createdAt: Instant;
}

export interface SessionRecord {
  readonly _id: SessionId;
  readonly schemaVersion: 1;
  readonly userId: UserId;
  /** SHA-256 of the cookie, hex. */
  readonly tokenHash: string;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant;
  readonly expiresAt: Instant;
  readonly userAgent: string;
  readonly address: string;
}

export type ApiScope = (typeof tokenScopes)[number];
export interface ApiTokenRecord {
  readonly _id: TokenId;
  readonly schemaVersion: 1;
  readonly userId: UserId;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string;
  readonly createdAt: Instant;
  readonly expiresAt?: Instant;
  readonly lastUsedAt?: Instant;
}

/** Who is made at the first start. */
export const firstAdministratorName = 'admin';

/** Names that differ only in case, width or composition are the same name. */
export const nameKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

const dayMs = 86_400_000;
/** A session ends when it was not used for a week, and after a month in any case. */
export const sessionIdleMs = 7 * dayMs;
export const sessionLifeMs = 30 * dayMs;
/** How exactly `lastSeenAt` and `lastUsedAt` are kept: not every request is a write. */
export const seenEveryMs = 5 * 60_000;

/** Until when a session lasts that is used now. */
export const sessionExpiry = (createdAt: Instant, now: Instant): Instant => Math.min(now + sessionIdleMs, createdAt + sessionLifeMs);

/** A user as the API shows it: without the hash. */
export const userView = (user: UserRecord): User => ({
  id: user._id,
  name: user.name,
  displayName: user.displayName,
  administrator: user.administrator,
  disabled: user.disabled,
  language: user.language,
  createdAt: user.createdAt,
  mustChangePassword: user.mustChangePassword,
});
