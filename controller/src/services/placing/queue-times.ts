import type { AttemptId, Outcome, Reason } from '@drover/protocol';
import { Deadlines } from '../deadlines.js';
import type { Clock, Timers } from '../ports/environment.js';
import type { LiveAttempt } from './board.js';

export interface QueueTimePorts {
  readonly timers: Timers;
  readonly clock: Clock;
  readonly abandon: (attemptId: AttemptId, outcome: Outcome, reason: Reason) => void;
}

/** X10: an attempt that waits longer than its time limit ends with that reason. */
export class QueueTimes {
  readonly #ports: QueueTimePorts;
  readonly #deadlines: Deadlines<AttemptId>;

  constructor(ports: QueueTimePorts) {
    this.#ports = ports;
    this.#deadlines = new Deadlines(ports.timers);
  }

  queued({ record }: LiveAttempt): void {
    const limitSeconds = Math.round((record.queueDeadline - record.queuedAt) / 1_000);
    const reason: Reason = { code: 'queueTimeLimit', parameters: { limitSeconds } };
    this.#deadlines.set(record._id, record.queueDeadline - this.#ports.clock.now(), () =>
      this.#ports.abandon(record._id, 'timedOut', reason),
    );
  }

  left(attemptId: AttemptId): void {
    this.#deadlines.clear(attemptId);
  }

  close(): void {
    this.#deadlines.close();
  }
}
