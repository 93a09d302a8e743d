import type { Cancel, Clock, Log, Monotonic, Timers } from '../ports/environment.js';

/** Who works on the database, and its sign of life. */
export interface ControllerLease {
  readonly controllerId: string;
  readonly host: string;
  readonly pid: number;
  /** Says in which boot of which machine, and in which space of process numbers, `pid` is to be looked for. Missing, or empty, where that is not known. */
  readonly machine?: string;
  /** When that process started, as the machine counts: another process with its number started later. Missing, or empty, where that is not known. */
  readonly started?: string;
  /** Grows with each sign of life. */
  readonly beat: number;
  readonly at: number;
}

/** One lease in the database. Each method is one operation, under the holder and beat that were read. */
export interface ControllerLeaseStore {
  read(): Promise<ControllerLease | undefined>;
  /** Puts the first lease, or one in the place of `former`. False: somebody was quicker. */
  take(lease: ControllerLease, former: ControllerLease | undefined): Promise<boolean>;
  /** False: the lease is another controller's by now. */
  beat(controllerId: string, at: number): Promise<boolean>;
  release(controllerId: string): Promise<void>;
}

export interface SoleControllerPorts {
  readonly store: ControllerLeaseStore;
  readonly self: Required<Pick<ControllerLease, 'controllerId' | 'host' | 'pid' | 'machine' | 'started'>>;
  /** Looks for a process by its number in this one's space. `started` is empty where it cannot be read. */
  readonly processOf: (pid: number) => { readonly started: string } | undefined;
  readonly timers: Timers;
  readonly monotonic: Monotonic;
  readonly clock: Clock;
  readonly log: Log;
}

const beatMs = 5_000;
/** A lease whose beat did not grow for so long, on our own clock, is nobody's. */
const staleAfterMs = 4 * beatMs;
const lookMs = 1_000;

/** Another controller works on this database. */
export class ControllerInUse extends Error {
  readonly code = 'CONTROLLER_IN_USE';

  constructor({ host, pid, at }: ControllerLease, now: number) {
    const age = Math.max(0, Math.round((now - at) / 1_000));
    super(
      `Another controller works on this database: process ${pid} on ${host}, last sign of life ${age} s ago by the clocks of both machines. Stop it first, or give this one another database. Several controllers on one database are not supported.`,
    );
  }
}

/** Only one controller may work on a database: the others' runs would not begin. */
export class SoleController {
  /** Resolves if another controller took the lease, because this one gave no sign of life for too long. */
  readonly lost: Promise<Error>;
  readonly #ports: SoleControllerPorts;
  #lose: (error: Error) => void = () => undefined;
  #cancel: Cancel | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(ports: SoleControllerPorts) {
    this.#ports = ports;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
  }

  /** Takes the lease; waits where the one that is there may be stale. Throws `ControllerInUse`. */
  async claim(): Promise<void> {
    const { store, self, clock, monotonic } = this.#ports;
    let seen: { readonly lease: ControllerLease; readonly sinceMs: number } | undefined;
    while (!this.#isClosed) {
      const found = await store.read();
      const isFree = found === undefined || this.#isDead(found) || isStale(seen, found, monotonic.elapsedMs());
      if (isFree) {
        if (await store.take({ ...self, beat: 1, at: clock.now() }, found)) return this.#beatLater();
        seen = undefined;
        continue;
      }
      if (seen && hasMoved(seen.lease, found)) throw new ControllerInUse(found, clock.now());
      if (!seen) this.#ports.log.info('another controller may work on this database; waiting for its sign of life', { ...found });
      seen ??= { lease: found, sinceMs: monotonic.elapsedMs() };
      await this.#pause();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    this.#wake?.();
    await this.#ports.store.release(this.#ports.self.controllerId).catch(() => undefined);
  }

  /**
   * A process that can be looked for here and is gone needs no waiting, also where another one has its number. Host names
   * prove nothing: containers may share one, and each counts processes from 1.
   */
  #isDead({ machine, pid, started = '' }: ControllerLease): boolean {
    const { self, processOf } = this.#ports;
    if (self.machine === '' || machine !== self.machine) return false;
    const found = processOf(pid);
    return found === undefined || (started !== '' && found.started !== '' && found.started !== started);
  }

  #beatLater(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#ports.timers.after(beatMs, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    const { store, self, clock, log } = this.#ports;
    try {
      if (!(await store.beat(self.controllerId, clock.now())) && !this.#isClosed)
        return this.#lose(
          new Error('Another controller took this database over, because this one gave no sign of life for too long. This one ends.'),
        );
    } catch (error) {
      log.warn('the sign of life could not be written', { error });
    }
    this.#beatLater();
  }

  #pause(): Promise<void> {
    return new Promise((resume) => {
      this.#wake = resume;
      this.#cancel = this.#ports.timers.after(lookMs, resume);
    });
  }
}

const hasMoved = (before: ControllerLease, now: ControllerLease): boolean =>
  before.controllerId !== now.controllerId || before.beat !== now.beat;

function isStale(
  seen: { readonly lease: ControllerLease; readonly sinceMs: number } | undefined,
  found: ControllerLease,
  nowMs: number,
): boolean {
  return seen !== undefined && !hasMoved(seen.lease, found) && nowMs - seen.sinceMs >= staleAfterMs;
}
