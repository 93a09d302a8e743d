import type { AttemptId, OfferId, Reason } from '@drover/protocol';
import type { AgentReply, StepRecord } from '@drover/protocol/agent';
import { crashPoint } from '../../crash-points.js';
import { Delivery, type DeliveryPorts } from '../../link/delivery.js';
import type { Accepting, Finished } from './held.js';

export interface ReporterEvents {
  readonly onAcceptAnswered: (attemptId: AttemptId, offerId: OfferId, reply: AgentReply<'accept'>) => void;
  readonly onFinishAnswered: (attemptId: AttemptId, reply: AgentReply<'finished'>) => void;
  readonly onStale: (attemptId: AttemptId) => void;
}

interface Underway {
  kick(): void;
  cancel(): void;
}
interface Progress {
  readonly fencing: number;
  steps: readonly StepRecord[];
  isNews: boolean;
}

/** Tells the controller what becomes of attempts: each message until it is answered, of each kind one at a time. */
export class Reporter {
  readonly #ports: DeliveryPorts;
  readonly #events: ReporterEvents;
  readonly #accepts = new Map<AttemptId, Underway>();
  readonly #progressSends = new Map<AttemptId, Underway>();
  readonly #progress = new Map<AttemptId, Progress>();
  readonly #results = new Map<AttemptId, Underway>();

  constructor(ports: DeliveryPorts, events: ReporterEvents) {
    this.#ports = ports;
    this.#events = events;
  }

  /** Asks for an attempt; an earlier offer of it is asked for no more. */
  accept({ attemptId, offerId, slot }: Accepting): void {
    this.#accepts.get(attemptId)?.cancel();
    const delivery = new Delivery(
      this.#ports,
      () => this.#sendAccept({ attemptId, offerId, slot }),
      (reply) => {
        this.#accepts.delete(attemptId);
        this.#events.onAcceptAnswered(attemptId, offerId, reply);
      },
    );
    this.#accepts.set(attemptId, delivery);
    delivery.kick();
  }

  /** Said once: an offer that is not answered lapses anyway. */
  decline(attemptId: AttemptId, offerId: OfferId, reason: Reason): void {
    if (!this.#ports.link.isReady) return;
    crashPoint('agent.decline.sending');
    this.#ports.link.send<'decline'>({ type: 'decline', attemptId, offerId, reason }).catch(() => undefined);
    crashPoint('agent.decline.sent');
  }

  /** The newest state of the steps replaces what was not yet sent. */
  progress(attemptId: AttemptId, fencing: number, steps: readonly StepRecord[]): void {
    this.#progress.set(attemptId, { fencing, steps, isNews: true });
    this.#sendProgress(attemptId);
  }

  /** Call it once the log is stored to its end; calling again changes nothing. */
  finished(held: Finished): void {
    const { attemptId } = held;
    if (this.#results.has(attemptId)) return;
    this.#forgetProgress(attemptId);
    const delivery = new Delivery(
      this.#ports,
      () => this.#sendFinished(held),
      (reply) => {
        crashPoint('agent.finish.answered');
        this.#events.onFinishAnswered(attemptId, reply);
      },
    );
    this.#results.set(attemptId, delivery);
    delivery.kick();
  }

  /** A connection has become ready: what is unanswered goes again. */
  resume(): void {
    for (const delivery of [...this.#accepts.values(), ...this.#results.values(), ...this.#progressSends.values()]) delivery.kick();
  }

  forget(attemptId: AttemptId): void {
    this.#forgetProgress(attemptId);
    for (const deliveries of [this.#accepts, this.#results]) {
      deliveries.get(attemptId)?.cancel();
      deliveries.delete(attemptId);
    }
  }

  close(): void {
    for (const attemptId of [...this.#accepts.keys(), ...this.#results.keys(), ...this.#progress.keys()]) this.forget(attemptId);
  }

  #forgetProgress(attemptId: AttemptId): void {
    this.#progressSends.get(attemptId)?.cancel();
    this.#progressSends.delete(attemptId);
    this.#progress.delete(attemptId);
  }

  #sendAccept({ attemptId, offerId, slot }: Pick<Accepting, 'attemptId' | 'offerId' | 'slot'>): Promise<AgentReply<'accept'>> {
    const answer = this.#ports.link.send<'accept'>({ type: 'accept', attemptId, offerId, slot });
    crashPoint('agent.accept.sent');
    return answer;
  }

  #sendFinished({ attemptId, fencing, result }: Finished): Promise<AgentReply<'finished'>> {
    const answer = this.#ports.link.send<'finished'>({ type: 'finished', attemptId, fencing, result });
    crashPoint('agent.finish.sent');
    return answer;
  }

  #sendProgress(attemptId: AttemptId): void {
    const progress = this.#progress.get(attemptId);
    if (!progress?.isNews || this.#progressSends.has(attemptId)) return;
    const delivery = new Delivery(
      this.#ports,
      () => this.#sendSteps(attemptId, progress),
      (reply) => {
        this.#progressSends.delete(attemptId);
        if (!reply.ok && reply.code === 'stale') this.#events.onStale(attemptId);
        else this.#sendProgress(attemptId);
      },
    );
    this.#progressSends.set(attemptId, delivery);
    delivery.kick();
  }

  #sendSteps(attemptId: AttemptId, asked: Progress): Promise<AgentReply<'progress'>> {
    const progress = this.#progress.get(attemptId) ?? asked;
    progress.isNews = false;
    crashPoint('agent.progress.sending');
    const answer = this.#ports.link.send<'progress'>({
      type: 'progress',
      attemptId,
      fencing: progress.fencing,
      steps: [...progress.steps],
    });
    crashPoint('agent.progress.sent');
    return answer;
  }
}
