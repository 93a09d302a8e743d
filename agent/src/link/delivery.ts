import type { Refusal } from '@drover/protocol/agent';
import type { Cancel, Clock } from '../shared/clock.js';
import { messageOf, type Logger } from '../shared/logger.js';
import { LinkDown, type ControllerLink } from './port.js';

/** Wait after "not now" that names no time of its own. */
const postponedMs = 2_000;

export interface DeliveryPorts {
  readonly link: ControllerLink;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One message that has to arrive: sent, and sent again on each new connection, until the controller has given a
 * definite answer. At most one copy is on its way.
 */
export class Delivery<Reply extends { readonly ok: true } | Refusal> {
  readonly #ports: DeliveryPorts;
  readonly #send: () => Promise<Reply>;
  readonly #settled: (reply: Reply) => void;
  #state: 'waiting' | 'underway' | 'over' = 'waiting';
  #cancelRetry: Cancel = () => undefined;

  constructor(ports: DeliveryPorts, send: () => Promise<Reply>, settled: (reply: Reply) => void) {
    this.#ports = ports;
    this.#send = send;
    this.#settled = settled;
  }

  /** Sends if there is a connection and nothing is on its way. */
  kick(): void {
    if (this.#state !== 'waiting' || !this.#ports.link.isReady) return;
    this.#cancelRetry();
    this.#state = 'underway';
    this.#send().then(
      (reply) => this.#answered(reply),
      (error: unknown) => this.#failed(error),
    );
  }

  /** Nothing is sent or called back any more. */
  cancel(): void {
    this.#state = 'over';
    this.#cancelRetry();
  }

  #answered(reply: Reply): void {
    if (this.#state === 'over') return;
    const answer: { readonly ok: true } | Refusal = reply;
    if (!answer.ok && isPostponed(answer)) {
      this.#retry(answer.retryAfterMs ?? postponedMs);
      return;
    }
    this.#state = 'over';
    this.#settled(reply);
  }

  /** Without a connection the next one kicks; any other fault is told and tried again. */
  #failed(error: unknown): void {
    if (this.#state === 'over') return;
    if (error instanceof LinkDown) {
      this.#state = 'waiting';
      this.kick();
      return;
    }
    this.#ports.logger.error('a message could not be sent', { error: messageOf(error) });
    this.#retry(postponedMs);
  }

  #retry(ms: number): void {
    this.#state = 'waiting';
    this.#cancelRetry = this.#ports.clock.after(ms, () => this.kick());
  }
}

const isPostponed = ({ code }: Refusal): boolean => code !== 'stale' && code !== 'removed' && code !== 'invalid';
