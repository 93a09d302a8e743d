import type { DefinitionId, PipelineId } from '@drover/protocol';
import type { RunSummary } from '@drover/protocol/api';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { RunRecord } from '../../domain/runs/record.js';
import type { RunStore } from '../ports/engine/runs.js';
import { summaryOf } from './views.js';

/** The newest run of each pipeline, in memory: lists and their filters ask for it of every pipeline. */
export class NewestRuns {
  readonly #runs: RunStore;
  readonly #definition: (definitionId: DefinitionId) => Promise<DefinitionSnapshot | undefined>;
  readonly #known = new Map<PipelineId, RunSummary | 'none'>();
  readonly #reading = new Map<PipelineId, Promise<void>>();

  constructor(ports: {
    readonly runs: RunStore;
    readonly definition: (definitionId: DefinitionId) => Promise<DefinitionSnapshot | undefined>;
  }) {
    this.#runs = ports.runs;
    this.#definition = ports.definition;
  }

  /** A run as it was just written. */
  note(record: RunRecord, definition: DefinitionSnapshot): void {
    const known = this.#known.get(record.pipelineId);
    if (known === undefined) return; // read when asked for
    if (known === 'none' || record.number > known.number || (record.number === known.number && record.revision >= known.revision)) {
      this.#known.set(record.pipelineId, summaryOf(record, definition));
    }
  }

  /** A run is deleted: the next one that asks reads the store. */
  forget(pipelineId: PipelineId): void {
    this.#known.delete(pipelineId);
  }

  async of(pipelineId: PipelineId): Promise<RunSummary | undefined> {
    if (!this.#known.has(pipelineId)) this.#reading.set(pipelineId, this.#read(pipelineId));
    await this.#reading.get(pipelineId);
    const known = this.#known.get(pipelineId);
    return known === 'none' ? undefined : known;
  }

  async #read(pipelineId: PipelineId): Promise<void> {
    this.#known.set(pipelineId, 'none'); // what is noted while the store is read is newer than what it answers
    try {
      const [record] = await this.#runs.newest(pipelineId, 1);
      const definition = record && (await this.#definition(record.definitionId));
      if (record !== undefined && definition !== undefined) this.note(record, definition);
    } catch (error) {
      this.#known.delete(pipelineId);
      throw error;
    } finally {
      this.#reading.delete(pipelineId);
    }
  }
}
