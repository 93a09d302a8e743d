import type { AttemptId } from '@drover/protocol';
import { linkTimings, type AttemptSpec } from '@drover/protocol/agent';
import type { Cancel, Clock } from '../../shared/clock.js';

/** Time that killing an attempt may take before it may run elsewhere. */
const killMarginMs = 2_000;
/** While a connection stands, silence shorter than this means nothing: two pings. */
const quietMs = linkTimings.pingIntervalMs * 2;

export interface LinkLife {
  readonly isReady: boolean;
  /** Last sign of life, monotonic. */
  readonly lastHeardMs: number;
}

/**
 * Ends attempts on the agent's own clock before the controller may give them to another agent: an attempt never runs
 * twice. Sets an alarm only while attempts run.
 */
export class AwayWatch {
  readonly #clock: Clock;
  readonly #link: () => LinkLife;
  readonly #limits = new Map<AttemptId, { readonly limitMs: number; readonly giveUp: () => void }>();
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, link: () => LinkLife) {
    this.#clock = clock;
    this.#link = link;
  }

  /** Calls `giveUp` once when the controller was not heard for as long as the recovery policy waits. */
  add(attemptId: AttemptId, recovery: AttemptSpec['recovery'], giveUp: () => void): void {
    this.#limits.set(attemptId, { limitMs: Math.max(recovery.waitSeconds * 1_000 - killMarginMs, 0), giveUp });
    this.check();
  }

  remove(attemptId: AttemptId): void {
    this.#limits.delete(attemptId);
    if (this.#limits.size === 0) this.#cancel();
  }

  /** Looks at all attempts now; called when the link goes down, and by its own alarm. */
  check(): void {
    this.#cancel();
    const { isReady, lastHeardMs } = this.#link();
    const silentMs = this.#clock.monotonicMs() - lastHeardMs;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const [attemptId, { limitMs, giveUp }] of this.#limits) {
      const leftMs = (isReady ? Math.max(limitMs, quietMs) : limitMs) - silentMs;
      if (leftMs > 0) soonestMs = Math.min(soonestMs, leftMs);
      else {
        this.#limits.delete(attemptId);
        giveUp();
      }
    }
    this.#cancel = Number.isFinite(soonestMs) ? this.#clock.after(soonestMs, () => this.check()) : () => undefined;
  }
}
