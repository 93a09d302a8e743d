import {
  agentLinkPath,
  linkEvent,
  type AgentMessage,
  type AgentMessageType,
  type AgentReply,
  type ControllerMessage,
  type HeldAttempt,
  type HelloReply,
} from '@drover/protocol/agent';
import { io, type Socket } from 'socket.io-client';
import { helloOf } from './simulated-machine.js';

/** How long it waits, at most, before it connects again: within it agents are back after a crash. */
const longestRetryMs = 2_000;
const firstRetryMs = 250;

export interface LinkEvents {
  /** What the hello says is held. */
  held(): readonly HeldAttempt[];
  ready(reply: HelloReply): void;
  down(): void;
  message(message: ControllerMessage): void;
}

export interface LinkParts extends LinkEvents {
  readonly url: string;
  readonly token: string;
  readonly slots: number;
}

/** A simulated agent's connection: says hello on each, and comes back by itself until it is closed. */
export class SimulatedLink {
  readonly #parts: LinkParts;
  readonly #bootNonce = crypto.randomUUID();
  #socket: Socket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  /** The hello of the present connection was answered. */
  isReady = false;
  messagesSent = 0;
  messagesHeard = 0;
  lastFault = 'it was never opened';

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  open(): void {
    if (this.#socket !== undefined) return;
    const { url, token } = this.#parts;
    const socket = io(url, {
      path: agentLinkPath,
      transports: ['websocket'],
      extraHeaders: { authorization: `Bearer ${token}` },
      reconnection: false,
      forceNew: true,
    });
    this.#socket = socket;
    socket.on('connect', () => void this.#greet(socket));
    socket.on('connect_error', (error) => this.#lost(socket, error.message));
    socket.on('disconnect', (reason) => this.#lost(socket, reason));
    socket.on(linkEvent, (message: ControllerMessage) => {
      this.messagesHeard += 1;
      if (socket === this.#socket) this.#parts.message(message);
    });
  }

  /** The answer; undefined when the connection ended before it came. */
  send<T extends AgentMessageType>(message: Extract<AgentMessage, { type: T }>): Promise<AgentReply<T> | undefined> {
    const socket = this.#socket;
    if (socket?.connected !== true) return Promise.resolve(undefined);
    this.messagesSent += 1;
    return new Promise((resolve) => {
      const gone = (): void => resolve(undefined);
      socket.once('disconnect', gone);
      socket.emit(linkEvent, message, (reply: AgentReply<T>) => {
        socket.off('disconnect', gone);
        resolve(reply);
      });
    });
  }

  /** Cuts the connection as a cable that is pulled does; it comes back by itself. */
  cut(): void {
    this.#socket?.io.engine.close();
  }

  /** Ends it for good. */
  close(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    this.isReady = false;
    socket?.off();
    socket?.disconnect();
  }

  async #greet(socket: Socket): Promise<void> {
    const { slots, held } = this.#parts;
    const reply = await this.send<'hello'>(helloOf({ slots, bootNonce: this.#bootNonce, attempts: held() }));
    if (reply === undefined || socket !== this.#socket) return;
    if (!reply.ok) return this.#lost(socket, reply.detail, reply.retryAfterMs);
    this.#failures = 0;
    this.isReady = true;
    this.#parts.ready(reply);
  }

  #lost(socket: Socket, fault: string, afterMs = 0): void {
    if (socket !== this.#socket) return;
    this.lastFault = fault;
    const wasReady = this.isReady;
    this.close();
    if (wasReady) this.#parts.down();
    const upperEnd = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.open(), afterMs + Math.random() * upperEnd);
  }
}
