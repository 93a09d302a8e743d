/** An answer kept for `Idempotency-Key`, as text. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** First answers of requests that carry an idempotency key; kept for a day, enciphered (an answer may show a token once). */
export interface StoredAnswers {
  /** `new`: go on, then `finish` or `abandon`. `busy`: the first request is still under way. Of two callers at once only one gets `new`. */
  begin(
    key: string,
    requestHash: string,
  ): Promise<{ readonly state: 'new' | 'busy' | 'mismatch' } | { readonly state: 'done'; readonly answer: StoredAnswer }>;
  finish(key: string, answer: StoredAnswer): Promise<void>;
  abandon(key: string): Promise<void>;
}
