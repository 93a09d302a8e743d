import { asId, type TokenId } from '@drover/protocol';
import type { ApiToken, ApiTokenCreated, CreateApiToken } from '@drover/protocol/api';
import type { Static } from '@sinclair/typebox';
import type { ApiTokenRecord } from '../../domain/accounts/account.js';
import type { Creation } from '../creation.js';
import type { UserActor } from '../ports/access.js';
import type { Tokens } from '../ports/crypto.js';
import type { Clock } from '../ports/environment.js';
import type { Signals } from '../ports/signals.js';
import type { ApiTokenStore } from '../ports/stores/accounts.js';
import { ok, refused, type Result } from '../result.js';

export interface ApiTokensPorts {
  readonly apiTokens: ApiTokenStore;
  readonly tokens: Tokens;
  readonly signals: Signals;
  readonly clock: Clock;
}

const dayMs = 86_400_000;
const maxTokens = 100;

/** A5: API tokens of a person: shown once, kept as a hash. */
export function createApiTokens(ports: ApiTokensPorts) {
  return {
    list: async (actor: UserActor): Promise<readonly ApiToken[]> => (await ports.apiTokens.ofUser(actor.userId)).map(tokenView),
    create: (actor: UserActor, input: Static<typeof CreateApiToken>, creation: Creation) => create(ports, actor, { input, creation }),
    async remove(actor: UserActor, tokenId: TokenId): Promise<Result<void>> {
      if (!(await ports.apiTokens.remove(actor.userId, tokenId))) return refused('notFound', 'There is no such token of yours.');
      ports.signals.publish({ type: 'sessionEnded', userId: actor.userId, tokenId });
      return ok(undefined);
    },
  };
}
export type ApiTokensService = ReturnType<typeof createApiTokens>;

async function create(
  { apiTokens, tokens, clock }: ApiTokensPorts,
  actor: UserActor,
  { input, creation }: { input: Static<typeof CreateApiToken>; creation: Creation },
): Promise<Result<Static<typeof ApiTokenCreated>>> {
  if (input.scopes.includes('administer') && !actor.administrator) {
    return refused('invalidInput', 'Only administrators can have tokens of the scope “administer”.', {
      errors: [{ path: '/scopes', message: 'must not hold administer' }],
    });
  }
  const tokenId = asId<TokenId>(creation.id);
  if (creation.isRepeat) await apiTokens.remove(actor.userId, tokenId); // its secret never reached anybody
  if ((await apiTokens.ofUser(actor.userId)).length >= maxTokens)
    return refused('conflict', `You have ${maxTokens} tokens already: remove one first.`);
  const secret = tokens.create('drover_');
  const now = clock.now();
  const record: ApiTokenRecord = {
    _id: tokenId,
    schemaVersion: 1,
    userId: actor.userId,
    name: input.name,
    scopes: input.scopes,
    tokenHash: tokens.hash(secret),
    createdAt: now,
    ...(input.expiresInDays !== undefined && { expiresAt: now + input.expiresInDays * dayMs }),
  };
  await apiTokens.insert(record);
  return ok({ token: tokenView(record), secret });
}

const tokenView = ({ _id, name, scopes, createdAt, expiresAt, lastUsedAt }: ApiTokenRecord): ApiToken => ({
  id: _id,
  name,
  scopes: [...scopes],
  createdAt,
  ...(expiresAt !== undefined && { expiresAt }),
  ...(lastUsedAt !== undefined && { lastUsedAt }),
});
