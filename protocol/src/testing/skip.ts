/** What of a mocha test or suite the reporter of `npm test` reads. */
interface Skippable {
  skipReason?: string;
}

interface SkippableContext {
  readonly currentTest?: Skippable;
  readonly test?: Skippable & { readonly type?: string; readonly parent?: Skippable };
  skip(): never;
}

/**
 * Skips the test, or in a `before` hook its whole suite. `npm test` prints the reason in its summary.
 * `why` names what is missing on this machine, for example `no Docker engine`.
 */
export function skipBecause(context: object, why: string): never {
  const { currentTest, test } = context as SkippableContext;
  const skipped = currentTest ?? (test?.type === 'hook' ? test.parent : test);
  if (skipped) skipped.skipReason = why;
  return (context as SkippableContext).skip();
}
