import type { Parsed } from '@drover/protocol';
import {
  check,
  checkReply,
  linkEvent,
  linkTimings,
  type AgentMessageType,
  type AgentReply,
  type ControllerMessage,
} from '@drover/protocol/agent';
import { LinkDown, type LinkSocket, type MessageOf } from './port.js';
import { describeFault } from './refusals.js';

export interface ConnectionEvents {
  /** The socket is open; nothing was said yet. */
  readonly onOpen: () => void;
  /** Called once, whatever ended it; nothing is called after it. */
  readonly onClose: (fault: { readonly status?: number; readonly text: string }) => void;
  /** `answer` acknowledges it, now or later. */
  readonly onMessage: (message: ControllerMessage, answer: (reply: unknown) => void) => void;
  readonly onInvalid: (faults: string) => void;
  /** A sign of life came. */
  readonly onHeard: () => void;
}

/** One connection to the controller, from its opening to its end. Messages are checked against the protocol both ways. */
export class Connection {
  readonly #socket: LinkSocket;
  readonly #events: ConnectionEvents;
  #isOver = false;

  constructor(socket: LinkSocket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('connect', () => events.onOpen());
    socket.on('connect_error', (error: unknown) => this.#end(describeFault(error)));
    socket.on('disconnect', (reason, details) => this.#end({ text: [reason, describeFault(details).text].join(': ') }));
    socket.io.on('ping', () => events.onHeard());
    socket.on(linkEvent, (input: unknown, acknowledge: unknown) => this.#receive(input, acknowledge));
  }

  open(): void {
    this.#socket.connect();
  }

  /** Ends the connection; what was unanswered rejects. */
  close(why: string): void {
    this.#end({ text: why });
  }

  async send<T extends AgentMessageType>(message: MessageOf<T>): Promise<AgentReply<T>> {
    if (this.#isOver || !this.#socket.connected) throw new LinkDown('there is no connection');
    const checked = check('agentMessage', message);
    if (!checked.ok) throw new Error(`the agent made an invalid message ${message.type}: ${faultText(checked)}`);
    const answer = await this.#ask(message);
    this.#events.onHeard();
    return this.#parseReply<T>(message.type, answer);
  }

  async #ask(message: unknown): Promise<unknown> {
    try {
      return await this.#socket.timeout(linkTimings.acknowledgeMs).emitWithAck(linkEvent, message);
    } catch (error) {
      this.close('the controller did not answer in time');
      throw new LinkDown('no answer came', { cause: error });
    }
  }

  #parseReply<T extends AgentMessageType>(type: T, answer: unknown): AgentReply<T> {
    const parsed = checkReply(type, answer);
    if (parsed.ok) return parsed.value;
    this.#events.onInvalid(`answer to ${type}: ${faultText(parsed)}`);
    this.close('the controller gave an invalid answer');
    throw new LinkDown(`the answer to ${type} was invalid`);
  }

  #receive(input: unknown, acknowledge: unknown): void {
    if (this.#isOver) return;
    this.#events.onHeard();
    const answer = (reply: unknown): void => {
      if (isCallback(acknowledge) && !this.#isOver) acknowledge(reply);
    };
    const parsed = check('controllerMessage', input);
    if (parsed.ok) return this.#events.onMessage(parsed.value, answer);
    const detail = faultText(parsed);
    this.#events.onInvalid(detail);
    answer({ ok: false, code: 'invalid', detail: detail.slice(0, 2_000) });
  }

  #end(fault: { readonly status?: number; readonly text: string }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.io.off('ping');
    this.#socket.off();
    this.#socket.disconnect();
    this.#socket.io.engine?.close();
    this.#events.onClose(fault);
  }
}

function faultText(parsed: Parsed<unknown>): string {
  return parsed.ok ? '' : parsed.faults.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ');
}

const isCallback = (value: unknown): value is (reply: unknown) => void => typeof value === 'function';
