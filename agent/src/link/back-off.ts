/** Upper ends of the wait before a connection is tried again: quick at first, doubled each time, never above the cap, within which all agents are back after a crash of the controller. */
const firstMs = 500;
export const longestBackOffMs = 5_000;

/** Full jitter: any time up to the upper end, so that a thousand agents don't return at once. `random` is in [0, 1). */
export function backOffMs(failures: number, random: number): number {
  const upperEnd = Math.min(longestBackOffMs, firstMs * 2 ** Math.min(failures, 16));
  return Math.floor(random * upperEnd);
}
