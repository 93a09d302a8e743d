import type { AgentMessageType, AgentReply, ControllerMessage, Hello, HelloReply } from '@drover/protocol/agent';
import { crashPoint } from '../crash-points.js';
import type { Cancel, Clock } from '../shared/clock.js';
import { messageOf, type Logger } from '../shared/logger.js';
import { backOffMs, failuresAfter } from './back-off.js';
import { Connection } from './connection.js';
import { LinkDown, type ControllerLink, type LinkSocket, type MessageOf } from './port.js';
import { planForRefusal, planForStatus, type LinkEnd, type RefusalPlan } from './refusals.js';

export interface AgentLinkPorts {
  readonly url: string;
  readonly createSocket: () => Promise<LinkSocket>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

export interface AgentLinkEvents {
  /** What the agent is and holds, asked again for each connection. */
  readonly hello: () => Hello;
  /** The controller has answered the hello; from here on messages may be sent. */
  readonly onReady: (reply: HelloReply) => void;
  /** Called after each `onReady` when that connection is gone. */
  readonly onDown: () => void;
  /** What a message is answered with; nothing: `{ ok: true }`. */
  readonly onMessage: (message: ControllerMessage) => unknown;
  /** The link is over for good. */
  readonly onEnd: (end: LinkEnd) => void;
}

/** Keeps a connection to the controller for as long as it lives: opens, says hello, opens again. */
export class AgentLink implements ControllerLink {
  readonly #ports: AgentLinkPorts;
  readonly #events: AgentLinkEvents;
  #connection: Connection | undefined;
  #readySinceMs: number | undefined;
  readonly #early: (() => void)[] = [];
  #cancelRetry: Cancel = () => undefined;
  #isClosed = false;
  #failures = 0;
  #refusedSince: { readonly code: string; readonly atMs: number } | undefined;
  /** What the refusal of the present connection asks for. */
  #planned: RefusalPlan | undefined;
  #lastComplaint = '';
  #lastHeardMs: number;

  constructor(ports: AgentLinkPorts, events: AgentLinkEvents) {
    this.#ports = ports;
    this.#events = events;
    this.#lastHeardMs = ports.clock.monotonicMs();
  }

  get isReady(): boolean {
    return this.#readySinceMs !== undefined;
  }

  /** When the controller last gave a sign of life while the two were connected, on the monotonic clock. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /** Why there is no connection, in the words of the last failure. */
  get complaint(): string {
    return this.#lastComplaint;
  }

  start(): void {
    void this.#connect();
  }

  /** Ends the link; nothing is called back after it. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#connection?.close('the agent ends');
  }

  send<T extends AgentMessageType>(message: MessageOf<T>): Promise<AgentReply<T>> {
    if (!this.#connection || !this.isReady) return Promise.reject(new LinkDown('there is no connection'));
    return this.#connection.send<T>(message);
  }

  async #connect(): Promise<void> {
    if (this.#isClosed) return;
    try {
      const socket = await this.#ports.createSocket();
      const connection: Connection = new Connection(socket, {
        onOpen: () => void this.#greet(connection),
        onClose: (fault) => this.#closed(fault),
        onMessage: (message, answer) => this.#receive(() => answer(this.#events.onMessage(message) ?? { ok: true })),
        onInvalid: (faults) => this.#ports.logger.error('an invalid message came from the controller', { faults }),
        onHeard: () => (this.#lastHeardMs = this.isReady ? this.#ports.clock.monotonicMs() : this.#lastHeardMs),
      });
      this.#connection = connection;
      connection.open();
    } catch (error) {
      this.#retry(0, messageOf(error));
    }
  }

  async #greet(connection: Connection): Promise<void> {
    try {
      crashPoint('agent.hello.sending');
      const answer = connection.send<'hello'>(this.#events.hello());
      crashPoint('agent.hello.sent');
      const reply = await answer;
      crashPoint('agent.hello.answered');
      if (!reply.ok) return this.#refused(connection, planForRefusal(reply, this.#refusedForMs(reply.code)));
      this.#becomeReady(reply);
    } catch (error) {
      if (!(error instanceof LinkDown)) this.#ports.logger.error('the hello could not be sent', { error: messageOf(error) });
      connection.close(messageOf(error));
    }
  }

  #becomeReady(reply: HelloReply): void {
    this.#readySinceMs = this.#ports.clock.monotonicMs();
    this.#lastHeardMs = this.#readySinceMs;
    this.#refusedSince = undefined;
    this.#lastComplaint = '';
    this.#ports.logger.info('connected', { url: this.#ports.url, name: reply.name });
    this.#events.onReady(reply);
    for (const handle of this.#early.splice(0)) handle();
  }

  /** What comes in one piece with the answer to the hello waits until that has been read. */
  #receive(handle: () => void): void {
    if (this.isReady) handle();
    else this.#early.push(handle);
  }

  #refused(connection: Connection, plan: RefusalPlan): void {
    if (plan.type === 'retry') this.#complain(plan.text);
    this.#planned = plan;
    connection.close(plan.type === 'end' ? plan.end.text : plan.text);
  }

  /** How long the hello has been refused with this code, without another answer in between. */
  #refusedForMs(code: string): number {
    const nowMs = this.#ports.clock.monotonicMs();
    if (this.#refusedSince?.code !== code) this.#refusedSince = { code, atMs: nowMs };
    return nowMs - this.#refusedSince.atMs;
  }

  #closed(fault: { readonly status?: number; readonly text: string }): void {
    const wasReadyMs = this.#readySinceMs === undefined ? undefined : this.#ports.clock.monotonicMs() - this.#readySinceMs;
    const plan = this.#planned ?? (fault.status === undefined ? undefined : planForStatus(fault.status, this.#ports.url));
    this.#connection = undefined;
    this.#early.length = 0;
    this.#readySinceMs = undefined;
    this.#planned = undefined;
    if (wasReadyMs !== undefined && !this.#isClosed) this.#events.onDown();
    this.#failures = failuresAfter(this.#failures, wasReadyMs);
    if (this.#isClosed) return;
    if (plan?.type === 'end') return this.#endWith(plan.end);
    this.#retry(plan?.afterMs ?? 0, plan?.text ?? `No connection to ${this.#ports.url}: ${fault.text}`);
  }

  #endWith(end: LinkEnd): void {
    this.#isClosed = true;
    this.#events.onEnd(end);
  }

  /** Waits the longer of what the controller asked for and what the back-off says. */
  #retry(afterMs: number, text: string): void {
    this.#complain(text);
    const waitMs = afterMs + backOffMs(this.#failures, this.#ports.random());
    this.#failures += 1;
    this.#cancelRetry = this.#ports.clock.after(waitMs, () => void this.#connect());
  }

  /** The same trouble again and again is told once. */
  #complain(text: string): void {
    if (text === this.#lastComplaint) return;
    this.#lastComplaint = text;
    this.#ports.logger.warn('no link to the controller', { detail: text });
  }
}
