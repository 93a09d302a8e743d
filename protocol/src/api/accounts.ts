import { Type, type Static } from '@sinclair/typebox';
import { Name } from '../definition/names.js';
import { Instant, SessionId, TokenId, UserId } from '../shared/ids.js';
import { rule } from '../shared/faults.js';
import { Closed, OneOf } from '../shared/schema.js';

export const UserName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9._@-]*[A-Za-z0-9])?$',
  ...rule('letters, digits, and between them also . _ @ -'),
  description: 'letters, digits and . _ @ - inside',
});
export const Password = Type.String({ minLength: 10, maxLength: 200 });
export const Language = OneOf(['en', 'zh-CN']);
export type Language = Static<typeof Language>;

export const User = Closed({
  id: UserId,
  name: UserName,
  displayName: Type.String(),
  administrator: Type.Boolean(),
  disabled: Type.Boolean(),
  language: Language,
  createdAt: Instant,
  mustChangePassword: Type.Boolean(),
});
export type User = Static<typeof User>;

export const SignIn = Closed({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
});
export const CurrentSession = Closed({ user: User, sessionId: Type.Optional(SessionId), expiresAt: Type.Optional(Instant) });
export type CurrentSession = Static<typeof CurrentSession>;
export const SessionView = Closed({
  id: SessionId,
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
  userAgent: Type.String(),
  address: Type.String(),
  current: Type.Boolean(),
});
export type SessionView = Static<typeof SessionView>;

export const CreateUser = Closed({
  name: UserName,
  displayName: Type.Optional(Type.String({ maxLength: 100 })),
  password: Password,
  administrator: Type.Optional(Type.Boolean()),
  language: Type.Optional(Language),
});
export const ChangeUser = Closed({
  displayName: Type.Optional(Type.String({ maxLength: 100 })),
  password: Type.Optional(Password),
  administrator: Type.Optional(Type.Boolean()),
  disabled: Type.Optional(Type.Boolean()),
});
export const ChangeMyself = Closed({ displayName: Type.Optional(Type.String({ maxLength: 100 })), language: Type.Optional(Language) });
export const ChangePassword = Closed({ current: Type.String({ minLength: 1, maxLength: 1_000 }), next: Password });

export const tokenScopes = ['read', 'write', 'administer'] as const;
export const ApiToken = Closed({
  id: TokenId,
  name: Name,
  scopes: Type.Array(OneOf(tokenScopes)),
  createdAt: Instant,
  expiresAt: Type.Optional(Instant),
  lastUsedAt: Type.Optional(Instant),
});
export type ApiToken = Static<typeof ApiToken>;
export const CreateApiToken = Closed({
  name: Name,
  scopes: Type.Array(OneOf(tokenScopes), { minItems: 1, uniqueItems: true }),
  expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
});
export const ApiTokenCreated = Closed({ token: ApiToken, secret: Type.String({ description: 'shown this once' }) });
