import { asId, type AgentId, type AttemptId, type OfferId, type Outcome } from '@drover/protocol';
import type { AgentMessage, AttemptResult, ControllerMessage, HeldAttempt, Hello } from '@drover/protocol/agent';
import { settle } from '../../adapters/memory/time.js';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { AgentGateway, AgentSession, Answer } from '../../services/ports/engine/link.js';

type Granted = Extract<Answer, { ok: true; spec: unknown }>;
export interface Held {
  readonly attemptId: AttemptId;
  readonly fencing: number;
  readonly granted: Granted;
}

/** An agent that does what a test tells it, over the gateway itself. */
export class FakeAgent {
  readonly heard: ControllerMessage[] = [];
  readonly held: Held[] = [];
  isCut = true;
  bootNonce = 'process-1';
  #session: AgentSession | undefined;

  constructor(
    readonly gateway: () => AgentGateway,
    readonly agentId: AgentId,
    readonly record: AgentRecord,
  ) {}

  /** Opens a connection and says hello; the answer. `meanwhile`: what happens while that is on its way. */
  async connect(more: Partial<Hello> = {}, meanwhile?: () => Promise<unknown>): Promise<Answer> {
    const session: AgentSession = this.gateway().open(this.agentId, {
      send: (message) => {
        if (this.#session === session && !this.isCut) this.heard.push(message);
      },
      close: () => {
        if (this.#session === session) this.cut();
        else session.ended('closed');
      },
    });
    this.#session = session;
    this.isCut = false;
    const hello: Hello = {
      type: 'hello',
      protocolVersion: 1,
      capabilities: [],
      bootNonce: this.bootNonce,
      slots: this.record.slots,
      labels: [],
      facts: this.record.facts,
      health: { healthy: true, reasons: [], loadPercent: 0, freeMemoryMb: 100, freeDiskMb: 100 },
      attempts: this.held.map(({ attemptId, fencing }): HeldAttempt => ({ attemptId, fencing, state: 'running', logEnd: 0 })),
      ...more,
    };
    const answer = await this.say(hello, meanwhile);
    await settle();
    return answer;
  }

  /** The connection is gone. */
  cut(): void {
    if (this.isCut) return;
    this.isCut = true;
    const session = this.#session;
    this.#session = undefined;
    session?.ended('cut');
  }

  async say(message: AgentMessage, meanwhile?: () => Promise<unknown>): Promise<Answer> {
    const session = this.#session;
    if (session === undefined) throw new Error('the agent is not connected');
    const answer = await session.receive(message);
    await meanwhile?.();
    session.answered(message, answer);
    return answer;
  }

  offers(): ReadonlyArray<Extract<ControllerMessage, { type: 'offer' }>> {
    return this.heard.filter((message) => message.type === 'offer');
  }

  /** Accepts the newest offer. */
  async accept(slot = this.held.length): Promise<Answer> {
    const offer = this.offers().at(-1);
    if (offer === undefined) throw new Error(`no offer; heard ${JSON.stringify(this.heard)}`);
    return this.acceptOffer(offer, slot);
  }

  async acceptOffer(offer: { readonly attemptId: AttemptId; readonly offerId: OfferId }, slot: number): Promise<Answer> {
    const answer = await this.say({ type: 'accept', attemptId: offer.attemptId, offerId: offer.offerId, slot });
    if (answer.ok && 'spec' in answer && !this.held.some((held) => held.attemptId === offer.attemptId)) {
      this.held.push({ attemptId: offer.attemptId, fencing: answer.fencing, granted: answer });
    }
    await settle();
    return answer;
  }

  async finish(outcome: Outcome = 'succeeded', held = this.held[0]): Promise<Answer> {
    if (held === undefined) throw new Error('the agent holds nothing');
    const answer = await this.say({ type: 'finished', attemptId: held.attemptId, fencing: held.fencing, result: resultOf(outcome) });
    if (answer.ok) this.forget(held);
    await settle();
    return answer;
  }

  forget(held: Held): void {
    this.held.splice(this.held.indexOf(held), 1);
  }

  /** Accepts what is offered and finishes it, until nothing is offered any more. */
  async work(): Promise<void> {
    const done = new Set<string>();
    for (let offer = this.offers().at(-1); offer !== undefined && !done.has(offer.offerId); offer = this.offers().at(-1)) {
      done.add(offer.offerId);
      await this.acceptOffer(offer, 0);
      await this.finish();
    }
  }
}

export const resultOf = (outcome: Outcome): AttemptResult => ({
  outcome,
  startedAt: 1,
  finishedAt: 2,
  steps: [],
  log: { sizeBytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', cut: false },
  warnings: [],
});

export const offerIdOf = (text: string): OfferId => asId<OfferId>(text);
