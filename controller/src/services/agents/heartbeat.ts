import type { HeartbeatStore } from '../ports/engine/agents.js';
import type { Clock, Log, Monotonic, Timers } from '../ports/environment.js';

/** How often a controller gives a sign of life. */
const beatMs = 10_000;
/** A controller whose counter did not grow for so long, on the observer's own clock, is gone. */
const deadAfterMs = 3 * beatMs + 5_000;

export interface HeartbeatPorts {
  readonly heartbeats: HeartbeatStore;
  readonly controllerId: string;
  /** No other controller can be on this store: any other that is named there is gone. */
  readonly exclusive: boolean;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly monotonic: Monotonic;
  readonly log: Log;
}

/** This controller's sign of life, and the judgement over others' by whether theirs still grows. No wall clock is compared. */
export class Heartbeat {
  readonly #ports: HeartbeatPorts;
  readonly #seen = new Map<string, { readonly beat: number; readonly sinceMs: number }>();
  /** Since when this controller's own signs of life are written; before that, the store may have taken nobody's. */
  #beatingSinceMs: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    if (this.#ports.exclusive) return;
    await this.#beat();
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#ports.exclusive) await this.#ports.heartbeats.remove(this.#ports.controllerId).catch(() => undefined);
  }

  /** In doubt, yes: at first sight nothing is known of how it continues. */
  async isAlive(controllerId: string): Promise<boolean> {
    if (controllerId === this.#ports.controllerId) return true;
    if (this.#ports.exclusive) return false;
    const found = await this.#ports.heartbeats.read(controllerId);
    if (found === undefined) return false;
    const nowMs = this.#ports.monotonic.elapsedMs();
    const seen = this.#seen.get(controllerId);
    if (seen?.beat === found.beat)
      return this.#beatingSinceMs === undefined || nowMs - Math.max(seen.sinceMs, this.#beatingSinceMs) < deadAfterMs;
    this.#seen.set(controllerId, { beat: found.beat, sinceMs: nowMs });
    return true;
  }

  async #beat(): Promise<void> {
    const { heartbeats, controllerId, clock, monotonic, timers, log } = this.#ports;
    try {
      await heartbeats.beat(controllerId, clock.now());
      this.#beatingSinceMs ??= monotonic.elapsedMs();
    } catch (error) {
      this.#beatingSinceMs = undefined;
      log.warn('the sign of life was not written', { error });
    }
    this.#cancel = timers.after(beatMs, () => void this.#beat());
  }
}
