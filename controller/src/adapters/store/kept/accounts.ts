import type { SessionId, TokenId, UserId } from '@drover/protocol';
import type { ApiTokenRecord, SessionRecord, UserRecord } from '../../../domain/accounts/account.js';
import type { ApiTokenStore, SessionStore, UserStore } from '../../../services/ports/stores/accounts.js';
import { Kept } from './kept.js';

/** Some 500 bytes each. */
const bounds = { largest: 2_000, largestBytes: 4_000_000 };

/** Users by their ids, in memory; everything else is asked of the store. */
export function keepUsers(store: UserStore): UserStore {
  const kept = new Kept<UserId, UserRecord>(bounds);
  return {
    ...store,
    insert: (user) => kept.insert(user._id, () => store.insert(user)),
    byId: (userId) => kept.get(userId, () => store.byId(userId)),
    change: (userId, change) => kept.write(userId, () => store.change(userId, change)),
    remove: (userId) => kept.write(userId, () => store.remove(userId)),
  };
}

/** Sessions by their cookies' hashes, in memory. */
export function keepSessions(store: SessionStore): SessionStore {
  const kept = new Kept<string, SessionRecord>(bounds);
  const isIt = (sessionId: SessionId) => (session: SessionRecord) => session._id === sessionId;
  return {
    ...store,
    insert: (session) => kept.insert(session.tokenHash, () => store.insert(session)),
    byTokenHash: (hash) => kept.get(hash, () => store.byTokenHash(hash)),
    seen: (sessionId, times) => kept.writeWhere(isIt(sessionId), () => store.seen(sessionId, times)),
    remove: (userId, sessionId) => kept.writeWhere(isIt(sessionId), () => store.remove(userId, sessionId)),
    removeAllBut: (userId, but) =>
      kept.writeWhere(
        (session) => session.userId === userId,
        () => store.removeAllBut(userId, but),
      ),
  };
}

/** API tokens by their hashes, in memory. */
export function keepApiTokens(store: ApiTokenStore): ApiTokenStore {
  const kept = new Kept<string, ApiTokenRecord>(bounds);
  const isIt = (tokenId: TokenId) => (token: ApiTokenRecord) => token._id === tokenId;
  return {
    ...store,
    insert: (token) => kept.insert(token.tokenHash, () => store.insert(token)),
    byTokenHash: (hash) => kept.get(hash, () => store.byTokenHash(hash)),
    used: (tokenId, at) => kept.writeWhere(isIt(tokenId), () => store.used(tokenId, at)),
    remove: (userId, tokenId) => kept.writeWhere(isIt(tokenId), () => store.remove(userId, tokenId)),
  };
}
