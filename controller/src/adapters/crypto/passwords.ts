import { hash, verify } from '@node-rs/argon2';
import { BoundedQueue, type QueueBounds } from '../../services/bounded-queue.js';
import { createLimit } from '../../services/limit.js';
import type { Passwords } from '../../services/ports/crypto.js';

/** Argon2id with the least cost that OWASP recommends: 19 MiB, 2 passes. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each costs memory and a thread. At some 50 ms each, a full queue takes less than two seconds. */
const defaultBounds: QueueBounds = { atOnce: 1, waiting: 32, waitingOfOne: 8 };

export function createPasswords(bounds: QueueBounds = defaultBounds): Passwords {
  const decoy = hash('no user has this password', cost);
  const strangers = new BoundedQueue(bounds);
  const known = new BoundedQueue(bounds); // a flood from many networks keeps out only those that nobody signed in from
  const limited = createLimit(1); // of people who are signed in: strangers do not keep them waiting
  return {
    hash: (plain) => limited(() => hash(plain, cost)),
    async verify(stored, plain, caller) {
      const against = stored ?? (await decoy);
      const verified = await (caller.isKnown === true ? known : strangers).run(caller, () => verify(against, plain));
      return verified.ok ? { ok: true, value: stored !== undefined && verified.value } : verified;
    },
  };
}
