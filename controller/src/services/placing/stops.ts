import type { AgentId, AttemptId } from '@drover/protocol';
import type { ControllerMessage } from '@drover/protocol/agent';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import { Deadlines } from '../deadlines.js';
import type { CrashPoints, Timers } from '../ports/environment.js';
import type { AttemptBoard } from './board.js';

/** How often a stop is said again until the agent reports the end. */
const repeatMs = 10_000;

export interface StopPorts {
  readonly board: AttemptBoard;
  readonly timers: Timers;
  readonly crashPoints: CrashPoints;
  /** Nothing happens when the agent is not connected. */
  readonly send: (agentId: AgentId, message: ControllerMessage) => void;
}

/** G13: a stop is a desired state. It is said again until the attempt has ended. */
export class Stops {
  readonly #ports: StopPorts;
  readonly #repeats: Deadlines<AttemptId>;

  constructor(ports: StopPorts) {
    this.#ports = ports;
    this.#repeats = new Deadlines(ports.timers);
  }

  demand(record: AttemptRecord): void {
    const { _id: attemptId, fencing, agentId, stop } = record;
    if (agentId === undefined || stop === undefined) return;
    this.#ports.send(agentId, {
      type: 'stopAttempt',
      attemptId,
      fencing,
      reason: stop.reason,
      ...(stop.atOnce && { atOnce: stop.atOnce }),
    });
    this.#ports.crashPoints.reach('controller.stop.sent');
    this.#repeats.set(attemptId, repeatMs, () => {
      const live = this.#ports.board.get(attemptId);
      if (live !== undefined) this.demand(live.record);
    });
  }

  ended(attemptId: AttemptId): void {
    this.#repeats.clear(attemptId);
  }

  close(): void {
    this.#repeats.close();
  }
}
