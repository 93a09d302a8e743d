import type { Instant, SessionId, TokenId, UserId } from '@drover/protocol';
import type { ApiTokenRecord, SessionRecord, UserRecord } from '../../../domain/accounts/account.js';

export type Inserted = 'inserted' | 'nameTaken';
export type UserChange = Partial<
  Pick<UserRecord, 'displayName' | 'administrator' | 'disabled' | 'language' | 'passwordHash' | 'mustChangePassword'>
>;

export interface UserStore {
  insert(user: UserRecord): Promise<Inserted>;
  byId(userId: UserId): Promise<UserRecord | undefined>;
  byNameKey(nameKey: string): Promise<UserRecord | undefined>;
  byIds(userIds: readonly UserId[]): Promise<readonly UserRecord[]>;
  /** All of them by name; a farm has thousands, not millions. */
  all(): Promise<readonly UserRecord[]>;
  count(): Promise<number>;
  /** The user after the change; undefined where there is none. */
  change(userId: UserId, change: UserChange): Promise<UserRecord | undefined>;
  remove(userId: UserId): Promise<void>;
}

export interface SessionStore {
  insert(session: SessionRecord): Promise<void>;
  byTokenHash(tokenHash: string): Promise<SessionRecord | undefined>;
  ofUser(userId: UserId): Promise<readonly SessionRecord[]>;
  seen(sessionId: SessionId, times: { readonly lastSeenAt: Instant; readonly expiresAt: Instant }): Promise<void>;
  /** Whether it was there. */
  remove(userId: UserId, sessionId: SessionId): Promise<boolean>;
  removeAllBut(userId: UserId, kept: SessionId | undefined): Promise<void>;
}

export interface ApiTokenStore {
  insert(token: ApiTokenRecord): Promise<void>;
  byTokenHash(tokenHash: string): Promise<ApiTokenRecord | undefined>;
  ofUser(userId: UserId): Promise<readonly ApiTokenRecord[]>;
  used(tokenId: TokenId, at: Instant): Promise<void>;
  remove(userId: UserId, tokenId: TokenId): Promise<boolean>;
}

/** Networks from which people signed in. */
export interface NetworkStore {
  note(network: string, at: Instant): Promise<void>;
  /** Those noted last, newest first. */
  newest(limit: number): Promise<ReadonlyArray<{ readonly network: string; readonly at: Instant }>>;
}
