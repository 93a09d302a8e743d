import type { Cancel, Clock, Log, Monotonic, Timers } from '../ports/environment.js';
import type { Integrity } from './integrity.js';
import type { ScrubSource, ScrubState, ScrubStateStore, Stored } from './integrity-ports.js';

export interface ScrubberPorts {
  readonly integrity: Integrity;
  readonly sources: Readonly<Record<'logs' | 'blobs', ScrubSource>>;
  readonly state: ScrubStateStore;
  readonly timers: Timers;
  readonly monotonic: Monotonic;
  readonly clock: Clock;
  readonly log: Log;
  /** Bytes read in a second, on average. */
  readonly bytesPerSecond: number;
  /** From the begin of a round to the begin of the next. */
  readonly everyMs: number;
}

export interface Scrubbing {
  readonly isChecking: boolean;
  readonly lastRoundEndedAt: number | undefined;
}

/** After a start the controller has better things to do. */
const firstAfterMs = 60_000;
const batch = 50;
/** Opening a log or file costs as much as reading this. */
const openingBytes = 16_384;
/** Reading ahead of the rate by this much ends in a pause. */
const pauseMs = 100;
/** The store may be away; and timers take no more than 24 days. */
const retryMs = 600_000;
const longestTimerMs = 86_400_000;

/** Checks all logs and package files slowly, round after round. A restart resumes the round; between rounds nothing happens. */
export class Scrubber {
  readonly #ports: ScrubberPorts;
  #cancel: Cancel | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;
  #running: Promise<void> | undefined;
  #lastRoundEndedAt: number | undefined;

  constructor(ports: ScrubberPorts) {
    this.#ports = ports;
  }

  get scrubbing(): Scrubbing {
    return { isChecking: this.#running !== undefined, lastRoundEndedAt: this.#lastRoundEndedAt };
  }

  start(afterMs = firstAfterMs): void {
    if (this.#isClosed) return;
    this.#cancel = this.#ports.timers.after(Math.min(afterMs, longestTimerMs), () => {
      this.#running = this.#run()
        .catch((error: unknown) => {
          this.#ports.log.warn('the check of stored bytes was interrupted; it resumes later', { error });
          return retryMs;
        })
        .then((nextMs) => {
          this.#running = undefined;
          this.start(nextMs);
        });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    this.#wake?.();
    await this.#running;
  }

  /** Finishes the round that is due; answers when to look again. */
  async #run(): Promise<number> {
    const { state, clock, everyMs, log } = this.#ports;
    const known = await state.load();
    this.#lastRoundEndedAt = known?.endedAt;
    const dueMs = known?.part === 'done' ? known.startedAt + everyMs - clock.now() : 0;
    if (dueMs > 0) return dueMs;
    const begun: ScrubState = known && known.part !== 'done' ? known : { part: 'logs', after: '', startedAt: clock.now(), checked: 0 };
    const logs = begun.part === 'logs' ? await this.#part(begun) : begun;
    const all = this.#isClosed ? logs : await this.#part(logs.part === 'logs' ? { ...logs, part: 'blobs', after: '' } : logs);
    if (this.#isClosed) return everyMs;
    await this.#ports.integrity.forgetUncheckedSince(begun.startedAt);
    const done: ScrubState = { ...all, part: 'done', after: '', endedAt: clock.now() };
    await state.save(done);
    this.#lastRoundEndedAt = done.endedAt;
    log.info('all stored logs and packages were checked', { checked: done.checked, damaged: this.#ports.integrity.damagedCount });
    return Math.max(0, done.startedAt + everyMs - clock.now());
  }

  async #part(from: ScrubState): Promise<ScrubState> {
    if (from.part === 'done') return from;
    let current = from;
    for (;;) {
      const found = await this.#ports.sources[from.part](current.after, batch);
      for (const { key, stored } of found) {
        if (this.#isClosed) return current;
        if (stored && !(await this.#check(stored))) return current;
        current = { ...current, after: key, checked: current.checked + (stored ? 1 : 0) };
      }
      await this.#ports.state.save(current);
      if (found.length < batch) return current;
    }
  }

  /** False where closing interrupted it. */
  async #check(stored: Stored): Promise<boolean> {
    const { integrity, log } = this.#ports;
    const pace = this.#pacer();
    try {
      await pace(openingBytes);
      await integrity.check(stored, pace);
      return true;
    } catch (error) {
      if (error instanceof Closed) return false;
      log.warn('stored bytes could not be checked', { stored: stored.id, error });
      return true;
    }
  }

  /** Waits until the bytes so far are no more than the rate allows. */
  #pacer(): (bytes: number) => Promise<void> {
    const { monotonic, timers, bytesPerSecond } = this.#ports;
    const begun = monotonic.elapsedMs();
    let total = 0;
    return async (bytes) => {
      total += bytes;
      const aheadMs = begun + (total * 1_000) / bytesPerSecond - monotonic.elapsedMs();
      if (aheadMs > pauseMs) {
        await new Promise<void>((resume) => {
          this.#wake = resume;
          this.#cancel = timers.after(aheadMs, resume);
        });
      }
      if (this.#isClosed) throw new Closed();
    };
  }
}

class Closed extends Error {}
