import { asId, type AgentId, type OfferId } from '@drover/protocol';
import { linkTimings } from '@drover/protocol/agent';
import { placingAgent } from '../../domain/agents/presence.js';
import { place, type PlacingAgent } from '../../domain/placement/place.js';
import type { AgentDirectory } from '../agents/directory.js';
import { Deadlines } from '../deadlines.js';
import type { CrashPoints, Ids, Log, Monotonic, Timers } from '../ports/environment.js';
import type { AttemptBoard, LiveAttempt } from './board.js';

/** An agent that did not take an offer is passed over by that attempt for so long. */
const avoidMs = 5_000;
/** Timers may fire a moment early; placing looks again when the time is over for certain. */
const timerSlackMs = 20;

export interface PlacerPorts {
  readonly board: AttemptBoard;
  readonly agents: AgentDirectory;
  readonly timers: Timers;
  readonly monotonic: Monotonic;
  readonly ids: Ids;
  readonly crashPoints: CrashPoints;
  readonly log: Log;
  readonly allowUnisolated: boolean;
}

/** Offers what waits to agents with free slots, whenever something changed. An offer is a hint: it is written nowhere, and the claim is what counts. */
export class Placer {
  readonly #ports: PlacerPorts;
  readonly #deadlines: Deadlines<OfferId | 'avoided'>;
  #woken = false;
  #isOpen = false;

  constructor(ports: PlacerPorts) {
    this.#ports = ports;
    this.#deadlines = new Deadlines(ports.timers);
  }

  open(): void {
    this.#isOpen = true;
    this.wake();
  }

  close(): void {
    this.#isOpen = false;
    this.#deadlines.close();
  }

  /** Something changed: places soon, once for all that changes in the same turn. */
  wake(): void {
    if (this.#woken || !this.#isOpen) return;
    this.#woken = true;
    queueMicrotask(() => {
      this.#woken = false;
      if (this.#isOpen) this.#place();
    });
  }

  /** The agent did not take it: it goes to another. */
  declined(live: LiveAttempt): void {
    const { board, monotonic } = this.#ports;
    if (live.offer === undefined) return;
    this.#deadlines.clear(live.offer.offerId);
    live.avoid.set(live.offer.agentId, monotonic.elapsedMs() + avoidMs);
    board.endOffer(live);
    this.#deadlines.set('avoided', avoidMs + timerSlackMs, () => this.wake());
    this.wake();
  }

  /** The offer ended with the claim. */
  settled(offerId: OfferId): void {
    this.#deadlines.clear(offerId);
  }

  /** The agent's connection is gone, and what was on offer to it with it. */
  withdraw(agentId: AgentId): void {
    for (const live of this.#ports.board.offeredTo(agentId)) {
      if (live.offer !== undefined) this.#deadlines.clear(live.offer.offerId);
      this.#ports.board.endOffer(live);
    }
    this.wake();
  }

  /** The agent as placing sees it now. */
  view(agentId: AgentId): PlacingAgent | undefined {
    const { agents, board, allowUnisolated } = this.#ports;
    const live = agents.get(agentId);
    return live && placingAgent(live.record, agents.presenceOf(live), { used: board.usedSlots(agentId), allowUnisolated });
  }

  #place(): void {
    const { board, agents } = this.#ports;
    const groups = board.waiting();
    if (groups.length === 0) return;
    const ready: PlacingAgent[] = [];
    for (const live of agents.all()) {
      const hasRoom = live.session !== undefined && live.record.slots > board.usedSlots(live.record._id);
      const view = hasRoom ? this.view(live.record._id) : undefined;
      if (view !== undefined) ready.push(view);
    }
    if (ready.length === 0) return;
    for (const { attemptId, agentId } of place(groups, ready, board.runningByProject())) {
      const live = board.get(attemptId);
      if (live !== undefined) this.#offer(live, agentId);
    }
  }

  #offer(live: LiveAttempt, agentId: AgentId): void {
    const { board, agents, ids, crashPoints } = this.#ports;
    const session = agents.get(agentId)?.session;
    if (session === undefined) return;
    const { record } = live;
    const offer = { offerId: asId<OfferId>(ids.next()), agentId };
    board.offer(live, offer);
    session.connection.send({
      type: 'offer',
      attemptId: record._id,
      offerId: offer.offerId,
      executor: record.executor,
      sample: record.sample,
    });
    crashPoints.reach('controller.offer.sent');
    this.#deadlines.set(offer.offerId, linkTimings.offerMs, () => {
      if (live.offer?.offerId !== offer.offerId) return;
      session.connection.send({ type: 'withdrawOffer', attemptId: record._id, offerId: offer.offerId });
      this.#ports.log.info('an offer was not answered in time', { attemptId: record._id, agentId });
      this.declined(live);
    });
  }
}
