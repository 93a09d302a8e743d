/** How far the controller's clock is ahead of this machine's, in milliseconds; small differences count as none. */
let aheadMs = 0;
const toleratedMs = 3_000;

/** Learns the controller's time from the Date header of an answer. */
export function noteServerTime(header: string | null, now = Date.now()): void {
  if (header === null) return;
  const difference = Date.parse(header) - now;
  if (Number.isNaN(difference)) return;
  aheadMs = Math.abs(difference) < toleratedMs ? 0 : difference;
}

/** The controller's present, as well as it is known here. */
export const serverNow = (): number => Date.now() + aheadMs;
