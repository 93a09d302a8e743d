import { asId, type UserId } from '@drover/protocol';
import type { PersonRef } from '@drover/protocol/api';
import type { UserStore } from '../ports/stores/accounts.js';

/** Names of users, for what shows who did something. */
export interface People {
  refs(userIds: Iterable<UserId>): Promise<(userId: UserId) => PersonRef>;
}

/** Reads each asked user once per call. Who is not there any more is shown by their id. */
export function createPeople(users: UserStore): People {
  return {
    async refs(userIds) {
      const found = await users.byIds([...new Set(userIds)]);
      const names = new Map(found.map((user) => [user._id, user.displayName || user.name]));
      return (userId) => ({ userId, name: names.get(userId) ?? asId<UserId>(userId) });
    },
  };
}
