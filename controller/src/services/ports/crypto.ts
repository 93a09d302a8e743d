import type { Caller, Queued } from '../bounded-queue.js';

/** Hashes passwords with a slow, memory-hard function. */
export interface Passwords {
  hash(plain: string): Promise<string>;
  /** Takes as long with no hash as with one, so that its time does not tell which names exist. Refused when too much waits already; not begun for a caller who is gone. */
  verify(hash: string | undefined, plain: string, caller: Caller): Promise<Queued<boolean>>;
}

/** Long random strings for cookies and tokens. */
export interface Tokens {
  /** 256 random bits in base64url behind the prefix. */
  create(prefix: string): string;
  /** What is stored in its place: SHA-256, hex. */
  hash(token: string): string;
  /** A password that a person can type: 24 characters, no two of which look alike. */
  password(): string;
}

export type Turn = { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number };

/** Limits how often something may be tried. */
export interface TryLimiter {
  /** Counts a try; how long to wait when there were too many. */
  take(key: string): Promise<Turn>;
  /** Whether a try would be one too many. Counts nothing. */
  look(key: string): Promise<Turn>;
  /** Forgets the tries of this key. */
  forgive(key: string): Promise<void>;
  /** Takes one try back, which turned out to be right. */
  giveBack(key: string): Promise<void>;
}
