import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { PendingStart, PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import { persist } from '../../persist.js';
import { RunUnstorable, type RunInsertion } from './insertion.js';
import type { StartNotes } from './notes.js';
import type { StartPorts } from './ports.js';

/** Takes up the starts that an earlier controller noted and whose runs it may not have put in any more. */
export class EarlierStarts {
  readonly #ports: StartPorts;
  readonly #notes: StartNotes;
  readonly #insertion: RunInsertion;

  constructor(ports: StartPorts, notes: StartNotes, insertion: RunInsertion) {
    this.#ports = ports;
    this.#notes = notes;
    this.#insertion = insertion;
  }

  /** The pipelines with noted starts. From here on no later run of theirs passes these. */
  async expect(): Promise<readonly PipelineRecord[]> {
    const { pipelines, slots } = this.#ports;
    const noted = await pipelines.withPending();
    for (const { _id, pendingStarts } of noted) pendingStarts.forEach(({ number }) => slots.arriving(_id, number));
    return noted;
  }

  /** Puts in the runs of those starts, known or not. */
  async insertAll(pipeline: PipelineRecord, starts: readonly PendingStart[]): Promise<void> {
    const { definitions, slots } = this.#ports;
    for (const pending of starts) {
      const definition = await persist('read a definition', this.#ports, () => definitions.read(pending.definitionId));
      if (definition !== undefined) await this.#insert(pipeline, pending, definition);
      else slots.arrived(pipeline._id, pending.number);
    }
  }

  /** A run that the store refuses for good must not keep the controller from starting, nor the pipeline's later runs. */
  async #insert(pipeline: PipelineRecord, pending: PendingStart, definition: DefinitionSnapshot): Promise<void> {
    try {
      await this.#insertion.insert(pipeline, pending, definition);
    } catch (error) {
      if (!(error instanceof RunUnstorable)) throw error;
      this.#ports.log.error('a start that was noted is given up', { pipelineId: pipeline._id, runId: pending.runId, error });
      this.#notes.inserted(pipeline._id, pending.runId);
    }
  }

  /** Starts that a controller noted in its last moment, when this one had looked for them: no later run passes them. */
  async takeUp(pipeline: PipelineRecord): Promise<void> {
    const { runs, slots } = this.#ports;
    const left: PendingStart[] = [];
    for (const pending of pipeline.pendingStarts) {
      if (!this.#insertion.isKnown(pipeline._id, pending) && (await runs.read(pending.runId)) === undefined) left.push(pending);
    }
    left.forEach(({ number }) => slots.arriving(pipeline._id, number));
    await this.insertAll(pipeline, left);
  }
}
