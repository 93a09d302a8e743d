import type { AgentId, AttemptId, Instant, Reason } from '@drover/protocol';
import { linkTimings } from '@drover/protocol/agent';
import { Deadlines } from '../deadlines.js';
import type { Clock, Monotonic, Timers } from '../ports/environment.js';
import type { AttemptBoard, LiveAttempt } from './board.js';

/**
 * How much longer the controller waits than the recovery policy says, counted from when it noticed the cut. The agent,
 * which hears nothing after that, ends an attempt by its own clock when the policy's time is up since the last sign of
 * life, and not before two pings are missing; killing it takes a moment.
 */
export const marginMs = linkTimings.pingIntervalMs * 2 + 15_000;
/** After it has started, a controller passes no verdict before all agents had this long to come back. */
export const startGraceMs = 60_000;
/** How long an agent that came back may take to ask again for a claim whose answer it lost. */
const confirmMs = linkTimings.acknowledgeMs + 5_000;

export interface AbsencePorts {
  readonly board: AttemptBoard;
  readonly timers: Timers;
  readonly monotonic: Monotonic;
  readonly clock: Clock;
  readonly agentName: (agentId: AgentId) => string;
  readonly isConnected: (agentId: AgentId) => boolean;
  readonly awaySince: (agentId: AgentId, now: Instant) => Instant;
  /** What is known of the agent's session at another controller, as a mark of it; undefined when there is none. */
  readonly elsewhere: (agentId: AgentId) => string | undefined;
  /** `elsewhere`: the mark of when the wait began. */
  readonly lose: (attemptId: AttemptId, fencing: number, reason: Reason, elsewhere?: string) => void;
}

/** A wait for an agent: when its connection was lost, and when the recovery policy is applied. For people only; timers decide. */
export interface Wait {
  readonly since: Instant;
  readonly until: Instant;
}

/** G6: how long agents are waited for, on this controller's own clock alone. */
export class Absence {
  readonly #ports: AbsencePorts;
  readonly #deadlines: Deadlines<AttemptId>;
  readonly #waits = new Map<AttemptId, Wait>();
  readonly #startedMs: number;

  constructor(ports: AbsencePorts) {
    this.#ports = ports;
    this.#deadlines = new Deadlines(ports.timers);
    this.#startedMs = ports.monotonic.elapsedMs();
  }

  /** Nobody is connected yet; also agents that are no more, so that what they held ends. */
  everyoneAway(): void {
    for (const live of this.#ports.board.all()) {
      if (live.record.active && live.record.agentId !== undefined) this.#await(live, live.record.agentId);
    }
  }

  /** The agent is not connected: its attempts are waited for, each as long as its policy says. */
  agentAway(agentId: AgentId): void {
    for (const live of this.#ports.board.held(agentId)) this.#await(live, agentId);
  }

  /** The agent continues with the attempt. */
  resumed(attemptId: AttemptId): void {
    this.#deadlines.clear(attemptId);
    this.#waits.delete(attemptId);
  }

  /** Undefined while its agent is not waited for. */
  waitFor(attemptId: AttemptId): Wait | undefined {
    return this.#waits.get(attemptId);
  }

  /** The agent is back and doesn't speak of a claim that it may not have learnt of, or the yes went to a connection that was over: it has a moment to ask again. */
  unconfirmed(live: LiveAttempt, agentId: AgentId): void {
    const { _id, fencing } = live.record;
    const reason: Reason = { code: 'agentDropped', parameters: { agent: this.#ports.agentName(agentId) } };
    this.#waits.delete(_id);
    this.#deadlines.set(_id, confirmMs, () => {
      if (!live.isConfirmed) this.#ports.lose(_id, fencing, reason);
    });
  }

  close(): void {
    this.#deadlines.close();
  }

  #await(live: LiveAttempt, agentId: AgentId): void {
    const { _id, fencing, recovery } = live.record;
    const graceLeftMs = this.#startedMs + startGraceMs - this.#ports.monotonic.elapsedMs();
    const waitMs = Math.max(recovery.waitSeconds * 1_000 + marginMs, graceLeftMs);
    const elsewhere = this.#ports.elsewhere(agentId);
    const now = this.#ports.clock.now();
    this.#waits.set(_id, { since: this.#ports.awaySince(agentId, now), until: now + waitMs });
    const reason: Reason = { code: 'agentLost', parameters: { agent: this.#ports.agentName(agentId), limitSeconds: recovery.waitSeconds } };
    this.#deadlines.set(_id, waitMs, () => {
      if (!this.#ports.isConnected(agentId)) this.#ports.lose(_id, fencing, reason, elsewhere);
      else if (!live.isConfirmed) this.unconfirmed(live, agentId); // the claim was written while the agent came back
    });
  }
}
