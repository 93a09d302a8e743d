import type { Instant } from '@drover/protocol';
import type { UserActor, Validity } from '../ports/access.js';
import type { Clock } from '../ports/environment.js';
import type { ApiTokenStore, SessionStore, UserStore } from '../ports/stores/accounts.js';

export interface ValidityPorts {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly apiTokens: ApiTokenStore;
  readonly clock: Clock;
}

/** Reads the session or token by which an actor came, as it is now: requests may have prolonged it meanwhile. */
export function createValidity(ports: ValidityPorts): Validity {
  return {
    async goodUntil(actor) {
      const user = await ports.users.byId(actor.userId);
      if (!user || user.disabled) return undefined;
      const until = await expiryOf(ports, actor);
      return until !== undefined && until > ports.clock.now() ? until : undefined;
    },
  };
}

async function expiryOf({ sessions, apiTokens }: ValidityPorts, { userId, sessionId, tokenId }: UserActor): Promise<Instant | undefined> {
  if (sessionId !== undefined) return (await sessions.ofUser(userId)).find(({ _id }) => _id === sessionId)?.expiresAt;
  if (tokenId === undefined) return Infinity;
  const token = (await apiTokens.ofUser(userId)).find(({ _id }) => _id === tokenId);
  return token && (token.expiresAt ?? Infinity);
}
