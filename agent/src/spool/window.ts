/** Bytes that may be on their way unacknowledged when a connection begins; measured: more than this on a slow link delays its pings. */
export const firstWindowBytes = 64 * 1024;
export const largestWindowBytes = 4 * 1024 * 1024;
/** An acknowledgement within this time lets the window grow. */
const quickMs = 500;
/** One later than this halves it: the link is slower than what is put on it. */
const slowMs = 2_000;

export interface Window {
  readonly sizeBytes: number;
  readonly inFlightBytes: number;
}

export const openWindow: Window = { sizeBytes: firstWindowBytes, inFlightBytes: 0 };

/** Something may always be on its way, however large. */
export const hasRoom = ({ sizeBytes, inFlightBytes }: Window): boolean => inFlightBytes < sizeBytes;

export const afterSend = (window: Window, bytes: number): Window => ({ ...window, inFlightBytes: window.inFlightBytes + bytes });

/** The window after bytes were answered for: grows by what a quick link has taken, shrinks when answers come late. */
export function afterAnswer(window: Window, bytes: number, tookMs: number): Window {
  const inFlightBytes = Math.max(window.inFlightBytes - bytes, 0);
  if (tookMs > slowMs) return { sizeBytes: Math.max(firstWindowBytes, Math.floor(window.sizeBytes / 2)), inFlightBytes };
  if (tookMs > quickMs) return { ...window, inFlightBytes };
  return { sizeBytes: Math.min(largestWindowBytes, window.sizeBytes + bytes), inFlightBytes };
}
