import type { AgentFacts, AgentHealth, ControllerMessage, Hello, HelloReply } from '@drover/protocol/agent';
import { protocolVersion } from '@drover/protocol';
import type { AdmissionFacts } from './attempts/assignments/admission.js';
import type { Assignments } from './attempts/assignments/assignments.js';
import { crashPoint } from './crash-points.js';
import type { HealthWatch } from './health/health-watch.js';
import type { Identity } from './identity/identity.js';
import type { Journal } from './journal/journal.js';
import type { AgentLink, AgentLinkEvents } from './link/agent-link.js';
import { Delivery } from './link/delivery.js';
import type { LinkEnd } from './link/refusals.js';
import type { Clock } from './shared/clock.js';
import type { Logger } from './shared/logger.js';

export interface AgentParts {
  readonly identity: Identity;
  readonly bootNonce: string;
  readonly facts: AgentFacts;
  readonly isSampleOnly: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What belongs to an agent that knows it in turn. */
export interface AgentOrgans {
  readonly link: AgentLink;
  readonly assignments: Assignments;
  readonly health: HealthWatch;
  readonly journal: Journal;
}

/** Why the agent ended: it had finished what it held, or the controller does not want it. */
export type AgentEnd = { readonly type: 'drained' } | { readonly type: 'refused'; readonly end: LinkEnd };

/** The agent as a whole: what the controller has set for it, and its way from connecting to draining. */
export class Agent {
  readonly #parts: AgentParts;
  #settings: { readonly name: string; readonly slots: number; readonly labels: readonly string[]; readonly enabled: boolean };
  #organs: AgentOrgans | undefined;
  #draining: Delivery<{ readonly ok: true }> | undefined;
  #isDraining = false;
  #finish: (end: AgentEnd) => void = () => undefined;
  /** Resolves when the agent has nothing more to do. */
  readonly ended: Promise<AgentEnd>;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    const { name, slots, labels } = parts.identity;
    this.#settings = { name, slots, labels, enabled: true };
    this.ended = new Promise((resolve) => (this.#finish = resolve));
  }

  get name(): string {
    return this.#settings.name;
  }

  /** Takes up what an earlier process left, then connects. */
  async start(organs: AgentOrgans): Promise<void> {
    this.#organs = organs;
    organs.assignments.onChange(() => this.#endIfDrained());
    await organs.assignments.recover();
    if (!this.#endIfDrained()) organs.link.start(); // it may have been told to drain while it came up
  }

  /** Finishes what runs and takes nothing new. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#tellDraining();
    this.#endIfDrained();
  }

  /** Kills what runs. */
  abandon(): void {
    this.drain();
    this.#organs?.assignments.abandonAll();
  }

  /** Ends everything; what still runs is killed and kept as lost. */
  async close(): Promise<void> {
    this.#draining?.cancel();
    this.#organs?.assignments.abandonAll();
    this.#organs?.link.close();
    this.#organs?.health.close();
    await this.#organs?.assignments.close();
    await this.#organs?.journal.close();
  }

  /** For `drover-agent status`. */
  state(): unknown {
    const { link, assignments, health } = this.#organs ?? {};
    return {
      pid: process.pid,
      connected: link?.isReady ?? false,
      detail: link?.complaint ?? '',
      draining: this.#isDraining,
      enabled: this.#settings.enabled,
      slots: this.#settings.slots,
      attempts: assignments?.statements().map(({ attemptId, state }) => ({ attemptId, state })) ?? [],
      health: health?.now,
    };
  }

  /** What the link needs of the agent. */
  linkEvents(): AgentLinkEvents {
    return {
      hello: () => this.#hello(),
      onReady: (reply) => this.#ready(reply),
      onDown: () => {
        this.#organs?.assignments.pause();
        this.#endIfDrained();
      },
      onMessage: (message) => this.#receive(message),
      onEnd: (end) => this.#finish({ type: 'refused', end }),
    };
  }

  /** What admission needs of the agent. */
  admissionFacts(): Omit<AdmissionFacts, 'takenSlots'> {
    const { facts, isSampleOnly } = this.#parts;
    const { slots, enabled } = this.#settings;
    return { slots, isEnabled: enabled, isDraining: this.#isDraining, health: this.#health(), executors: facts.executors, isSampleOnly };
  }

  #hello(): Hello {
    const { bootNonce, facts, identity } = this.#parts;
    const health = this.#health();
    this.#organs?.health.helloSaid(health);
    return {
      type: 'hello',
      protocolVersion,
      capabilities: [],
      bootNonce,
      slots: identity.slots,
      labels: [...identity.labels],
      facts,
      health,
      attempts: this.#organs?.assignments.statements() ?? [],
    };
  }

  #health(): AgentHealth {
    return this.#organs?.health.now ?? { healthy: true, reasons: [], loadPercent: 0, freeMemoryMb: 0, freeDiskMb: 0 };
  }

  #ready(reply: HelloReply): void {
    this.#configure(reply);
    this.#organs?.assignments.resume(reply);
    if (this.#isDraining) this.#tellDraining();
  }

  #configure({ name, slots, labels, enabled }: Pick<HelloReply, 'name' | 'slots' | 'labels' | 'enabled'>): void {
    this.#settings = { name, slots, labels, enabled };
  }

  #receive(message: ControllerMessage): unknown {
    const { link, assignments } = this.#organs ?? {};
    switch (message.type) {
      case 'offer':
        return assignments?.offered(message);
      case 'withdrawOffer':
        return assignments?.withdrawn(message); // of one that was accepted the answer decides
      case 'stopAttempt':
        return assignments?.stop(message) === true ? undefined : unknownAttempt;
      case 'dropAttempt':
        return assignments?.drop(message.attemptId);
      case 'watchLog':
        return assignments?.watchLog(message.attemptId, message.watched);
      case 'configure':
        this.#parts.logger.info('configured', { slots: message.slots, labels: message.labels, enabled: message.enabled });
        return this.#configure(message);
      case 'removed':
        link?.close();
        return this.#finish({
          type: 'refused',
          end: { code: 'removed', text: `This agent was removed from the controller: ${message.detail}` },
        });
    }
  }

  /** Told on each connection until it is answered. */
  #tellDraining(): void {
    const { link } = this.#organs ?? {};
    if (!link) return;
    this.#draining?.cancel();
    this.#draining = new Delivery<{ readonly ok: true }>(
      { ...this.#parts, link },
      () => this.#sendDraining(link),
      () => undefined,
    );
    this.#draining.kick();
  }

  async #sendDraining(link: AgentLink): Promise<{ readonly ok: true }> {
    crashPoint('agent.draining.sending');
    const answer = link.send<'draining'>({ type: 'draining', draining: true });
    crashPoint('agent.draining.sent');
    await answer; // whatever it says: it is told again on the next connection
    return { ok: true };
  }

  /** While connected, what is held is settled first; without a connection it waits on the disk for the next start. */
  #endIfDrained(): boolean {
    const { link, assignments } = this.#organs ?? {};
    if (!this.#isDraining || !assignments || assignments.running > 0) return false;
    if (link?.isReady === true && assignments.size > 0) return false; // offers that were taken may yet be granted, results be acknowledged
    this.#finish({ type: 'drained' });
    return true;
  }
}

/** A stop for what the agent doesn't hold: the controller may count it as gone. */
const unknownAttempt = { ok: false, code: 'stale', detail: 'the agent does not hold this attempt' } as const;
