/** Upper ends of the wait before a connection is tried again: quick at first, doubled each time. */
const firstMs = 500;
/** While the controller is likely to be on its way back: within it and a moment, all agents are there again after a restart. */
const briskMs = 1_500;
/** Half a minute of brisk tries: then it is no restart, and the tries become rarer. */
const briskTries = 40;
/** Never above: so soon all agents are back, however long the controller was away. */
export const longestBackOffMs = 5_000;

/** Full jitter: any time up to the upper end, so that a thousand agents don't return at once. `random` is in [0, 1). */
export function backOffMs(failures: number, random: number): number {
  const cap = failures < briskTries ? briskMs : longestBackOffMs;
  return Math.floor(random * Math.min(cap, firstMs * 2 ** Math.min(failures, 16)));
}

/** A connection that stood this long was a good one: the next failure is tried again quickly. */
const steadyMs = 5_000;
/** So many failures count for one that did not: it is tried again briskly, for there is a controller, but not at once. */
const failuresOfShort = 2;

/** How many failures count at the end of a connection that was ready for so long; undefined: it never was. */
export function failuresAfter(failures: number, readyForMs: number | undefined): number {
  if (readyForMs === undefined) return failures;
  return readyForMs >= steadyMs ? 0 : Math.min(failures, failuresOfShort);
}
