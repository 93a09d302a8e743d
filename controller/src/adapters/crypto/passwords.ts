import { hash, verify } from '@node-rs/argon2';
import { createLimit } from '../../services/limit.js';
import type { Passwords } from '../../services/ports/crypto.js';

/** Argon2id with the least cost that OWASP recommends: 19 MiB, 2 passes. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each costs memory and a thread: more at once than this wait. */
const atOnce = 2;

export function createPasswords(): Passwords {
  const decoy = hash('no user has this password', cost);
  const limited = createLimit(atOnce);
  return {
    hash: (plain) => limited(() => hash(plain, cost)),
    async verify(known, plain) {
      const against = known ?? (await decoy);
      const isRight = await limited(() => verify(against, plain));
      return known !== undefined && isRight;
    },
  };
}
