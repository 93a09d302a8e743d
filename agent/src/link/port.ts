import type { AgentMessage, AgentMessageType, AgentReply } from '@drover/protocol/agent';

export type MessageOf<T extends AgentMessageType> = Extract<AgentMessage, { type: T }>;

/** The way to the controller, as the rest of the agent sees it. */
export interface ControllerLink {
  /** Whether the controller has said hello on the connection of now. */
  readonly isReady: boolean;
  /**
   * Resolves with the controller's valid answer. Rejects with `LinkDown` when there is no connection, when it ends
   * before the answer, or when the answer takes too long: what was sent may or may not have arrived.
   */
  send<T extends AgentMessageType>(message: MessageOf<T>): Promise<AgentReply<T>>;
}

/** There is no answer, and it is unknown whether the message arrived; it is to be sent again on the next connection. */
export class LinkDown extends Error {
  override readonly name = 'LinkDown';
}

/** What the link uses of a socket of socket.io, which this is in the product. */
export interface LinkSocket {
  readonly connected: boolean;
  readonly io: {
    on(event: 'ping', listener: () => void): unknown;
    off(event: 'ping'): unknown;
    readonly engine?: { close(): unknown };
  };
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(): unknown;
  connect(): unknown;
  disconnect(): unknown;
  timeout(ms: number): { emitWithAck(event: string, message: unknown): Promise<unknown> };
}
