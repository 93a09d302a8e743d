import type { Creation } from '../creation.js';

/** An answer kept for `Idempotency-Key`, as text. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Begun =
  | { readonly state: 'new'; readonly creation: Creation }
  | { readonly state: 'busy' }
  | { readonly state: 'mismatch' }
  | { readonly state: 'done'; readonly answer: StoredAnswer };

/** First answers of requests that carry an idempotency key; kept for a day, enciphered (an answer may show a token once). */
export interface StoredAnswers {
  /** `new`: continue, then `finish`, `abandon` or `release`. `busy`: an earlier request is still under way. Of two callers at once only one gets `new`; the id of the first one is kept for all that follow. */
  begin(key: string, request: string, freshId: string): Promise<Begun>;
  finish(key: string, answer: StoredAnswer): Promise<void>;
  /** Nothing was done: the key is as if it had never been used. */
  abandon(key: string): Promise<void>;
  /** It is not known what was done: the next one with this key repeats it, at once. */
  release(key: string): Promise<void>;
}
