import type { PipelineId, RunId } from '@drover/protocol';
import type { StartPorts } from './ports.js';

/** Starts taken out of the pipeline's notes are gathered this long; when the store refuses, the pause doubles, … */
const settleMs = 1_000;
/** … up to this. */
const longestPauseMs = 60_000;

/**
 * Takes the notes of starts out of their pipelines once their runs are in the store: with the next start's own
 * update, or by themselves when none comes. A note that stays is looked at again at each start-up, and would bring back a
 * run that is in the store no more, so that what the store refuses is tried again until it is done.
 */
export class StartNotes {
  readonly #ports: StartPorts;
  /** Runs that are in the store, and maybe noted still. */
  readonly #inserted = new Map<PipelineId, Set<RunId>>();

  constructor(ports: StartPorts) {
    this.#ports = ports;
  }

  /** The run is in the store, or never comes into it. */
  inserted(pipelineId: PipelineId, runId: RunId): void {
    this.#settleLater(pipelineId, [runId], settleMs);
  }

  isInserted(pipelineId: PipelineId, runId: RunId): boolean {
    return this.#inserted.get(pipelineId)?.has(runId) === true;
  }

  /** Those that the pipeline's next update may take out, as they are now. */
  insertedOf(pipelineId: PipelineId): ReadonlySet<RunId> {
    return new Set(this.#inserted.get(pipelineId));
  }

  /** An update of the pipeline has taken them out. */
  takenOut(pipelineId: PipelineId, runIds: ReadonlySet<RunId>): void {
    runIds.forEach((runId) => this.#inserted.get(pipelineId)?.delete(runId));
  }

  /** One timer for each pipeline: what comes meanwhile goes with it. */
  #settleLater(pipelineId: PipelineId, runIds: readonly RunId[], pauseMs: number): void {
    const waiting = this.#inserted.get(pipelineId);
    if (waiting !== undefined) return runIds.forEach((runId) => waiting.add(runId));
    const gathered = new Set(runIds);
    this.#inserted.set(pipelineId, gathered);
    this.#ports.timers.after(pauseMs, () => {
      this.#inserted.delete(pipelineId);
      if (gathered.size > 0) void this.#settle(pipelineId, [...gathered], pauseMs);
    });
  }

  async #settle(pipelineId: PipelineId, runIds: readonly RunId[], pauseMs: number): Promise<void> {
    const { pipelines, log, crashPoints, isClosed } = this.#ports;
    try {
      await pipelines.settle(pipelineId, runIds);
    } catch (error) {
      log.warn('pending starts stay noted for now', { pipelineId, pauseMs, error });
      if (!isClosed()) this.#settleLater(pipelineId, runIds, Math.min(2 * pauseMs, longestPauseMs));
    }
    crashPoints.reach('controller.start.settled');
  }
}
