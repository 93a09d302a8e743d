/** Path of the agents' socket.io server. Transport: websocket only. */
export const agentLinkPath = '/agent/link';
/** The one event that carries messages, both ways: `socket.emit(linkEvent, message, acknowledge)`. */
export const linkEvent = 'message';
/** Handshake: `auth: { token }` of socket.io is not used; the token travels as `Authorization: Bearer <machine token>`. */
export const agentTokenHeader = 'authorization';

export interface LinkTimings {
  /** socket.io's ping interval: sign of life from the controller, answered by the agent. */
  readonly pingIntervalMs: number;
  /** How long an answer to a ping may take before the link counts as cut. */
  readonly pingTimeoutMs: number;
  /** How long an acknowledgement may take before the message is sent again on the next connection. */
  readonly acknowledgeMs: number;
  /** How long an offer stands before it is given to another agent. */
  readonly offerMs: number;
}
export const linkTimings: LinkTimings = { pingIntervalMs: 5_000, pingTimeoutMs: 15_000, acknowledgeMs: 30_000, offerMs: 5_000 };

/** Largest `bytes` of one `log` message. */
export const maxLogFrameBytes = 65_536;
/** Largest message on the agent link; a longer one closes the connection. */
export const maxAgentMessageBytes = 1_000_000;
