import type { AttemptId } from '@drover/protocol';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import type { Background } from '../background.js';
import { Deadlines } from '../deadlines.js';
import type { Log, Timers } from '../ports/environment.js';
import type { LogIntake } from '../ports/logs.js';

export interface SealerPorts {
  readonly logs: LogIntake;
  readonly timers: Timers;
  readonly background: Background;
  readonly log: Log;
  readonly isClosed: () => boolean;
  /** The log of this attempt is closed and judged; told once for each time that `seal` was asked. */
  readonly sealed: (record: AttemptRecord) => void;
}

/** A log that could not be sealed is tried again after this long, doubling, … */
const firstPauseMs = 1_000;
/** … up to this: a full disk is seen to by people. */
const longestPauseMs = 300_000;

/**
 * Closes the logs of attempts that have ended. One that cannot be closed keeps no run from going on: it is tried
 * again until it is. Until then its attempt is not marked as folded, so that the next controller tries, too.
 */
export class LogSealer {
  readonly #ports: SealerPorts;
  /** Attempts whose logs could not be sealed yet; `takenIn`: their runs have their ends, only the seal is missing. */
  readonly #unsealed = new Map<AttemptId, { takenIn: boolean }>();
  readonly #retries: Deadlines<AttemptId>;
  /** Their logs are sealed and their ends taken in. */
  readonly #done: (attemptIds: readonly AttemptId[]) => void;

  constructor(ports: SealerPorts, done: (attemptIds: readonly AttemptId[]) => void) {
    this.#ports = ports;
    this.#retries = new Deadlines(ports.timers);
    this.#done = done;
  }

  /** Resolves after the first try, however it went. */
  async seal(record: AttemptRecord): Promise<void> {
    if (this.#unsealed.has(record._id)) return; // is being seen to
    await this.#try(record, firstPauseMs);
  }

  /** These ends are part of their runs: what is sealed is done with, the rest once it is sealed. */
  takenIn(attemptIds: readonly AttemptId[]): void {
    const sealed = attemptIds.filter((attemptId) => {
      const unsealed = this.#unsealed.get(attemptId);
      if (unsealed !== undefined) unsealed.takenIn = true;
      return unsealed === undefined;
    });
    if (sealed.length > 0) this.#done(sealed);
  }

  close(): void {
    this.#retries.close();
  }

  async #try(record: AttemptRecord, pauseMs: number): Promise<void> {
    const { projectId, runId, _id, log, steps } = record;
    try {
      await this.#ports.logs.finish({ projectId, runId, attemptId: _id }, log, steps);
    } catch (error) {
      return this.#again(record, pauseMs, error);
    }
    const unsealed = this.#unsealed.get(_id);
    this.#unsealed.delete(_id);
    this.#ports.sealed(record);
    if (unsealed?.takenIn === true) this.#done([_id]);
  }

  #again(record: AttemptRecord, pauseMs: number, error: unknown): void {
    const { background, isClosed, log } = this.#ports;
    log.error('a log could not be sealed; it is tried again', { attemptId: record._id, pauseMs, error });
    if (!this.#unsealed.has(record._id)) this.#unsealed.set(record._id, { takenIn: false });
    if (isClosed()) return;
    this.#retries.set(record._id, pauseMs, () =>
      background.run('seal log', () => this.#try(record, Math.min(2 * pauseMs, longestPauseMs))),
    );
  }
}
