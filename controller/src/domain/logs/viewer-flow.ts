/** How far one viewer of a live log is: bytes sent to it, and bytes that it says it has taken in. */
export interface ViewerFlow {
  readonly sent: number;
  readonly taken: number;
}

export interface FlowLimits {
  /** Bytes that may be on their way to one viewer. */
  readonly creditBytes: number;
  /** Bytes of one message. */
  readonly messageBytes: number;
  /** How much of the end a viewer that fell behind is still sent; the rest is a gap. */
  readonly tailBytes: number;
}

export interface NextBytes {
  /** Bytes that the viewer is to fetch by range. */
  readonly gap?: { readonly from: number; readonly to: number };
  /** Bytes to send next; empty when it must wait for credit or for the log. */
  readonly from: number;
  readonly to: number;
  /** Where the viewer stands once they are sent. */
  readonly flow: ViewerFlow;
}

/** What one viewer gets next of a log that ends at `end`. A viewer further behind than its credit gets a gap once it has credit again, so that it costs no memory meanwhile. */
export function nextBytes(flow: ViewerFlow, end: number, limits: FlowLimits): NextBytes {
  const onTheWay = flow.sent - flow.taken;
  const room = Math.min(limits.creditBytes - onTheWay, limits.messageBytes);
  if (room <= 0 || flow.sent >= end) return { from: flow.sent, to: flow.sent, flow };
  if (end - flow.sent <= limits.creditBytes) {
    const to = Math.min(end, flow.sent + room);
    return { from: flow.sent, to, flow: { ...flow, sent: to } };
  }
  const from = end - limits.tailBytes;
  const to = Math.min(end, from + room);
  return { gap: { from: flow.sent, to: from }, from, to, flow: { sent: to, taken: from - onTheWay } };
}

/** Credit counts only up to what was sent, and never goes back. */
export const credited = (flow: ViewerFlow, taken: number): ViewerFlow => ({
  ...flow,
  taken: Math.max(flow.taken, Math.min(taken, flow.sent)),
});
