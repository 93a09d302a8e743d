import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { TryLimiter, Turn } from '../../services/ports/crypto.js';

/** Counts tries in memory: each controller for itself, which is as much as a guesser gets more by going to several. */
export function createTryLimiter({ tries, seconds }: { readonly tries: number; readonly seconds: number }): TryLimiter {
  const limiter = new RateLimiterMemory({ points: tries, duration: seconds });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
        return { ok: true };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return refused(refusal);
      }
    },
    async look(key) {
      const used = await limiter.get(key);
      return used === null || used.remainingPoints > 0 ? { ok: true } : refused(used);
    },
    forgive: async (key) => void (await limiter.delete(key)),
    giveBack: async (key) => void (await limiter.reward(key)),
  };
}

const refused = ({ msBeforeNext }: RateLimiterRes): Turn => ({
  ok: false,
  retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
});
