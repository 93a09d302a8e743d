import type { PipelineId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { PendingStart, PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import type { RunRecord } from '../../../domain/runs/record.js';
import { persist } from '../../persist.js';
import { ok, refused, type Result } from '../../result.js';
import { Serial } from '../../serial.js';
import { EarlierStarts } from './earlier-starts.js';
import { RunInsertion } from './insertion.js';
import { StartNotes } from './notes.js';
import type { StartPorts, StartRequest } from './ports.js';
import { prepare } from './preparation.js';

/** How long a caller that starts a run may wait for a store that takes no writes. */
const patienceMs = 10_000;

/**
 * Starts runs. A start is acknowledged once its number and everything it asked for are durable in one update of the
 * pipeline; the run is inserted from that note, here or, after a crash, by the next controller that starts.
 */
export class RunStarter {
  readonly #ports: StartPorts;
  readonly #serial = new Serial<PipelineId>();
  readonly #notes: StartNotes;
  readonly #insertion: RunInsertion;
  readonly #earlier: EarlierStarts;

  constructor(ports: StartPorts) {
    this.#ports = ports;
    this.#notes = new StartNotes(ports);
    this.#insertion = new RunInsertion(ports, this.#notes);
    this.#earlier = new EarlierStarts(ports, this.#notes, this.#insertion);
  }

  async start(asked: StartRequest): Promise<Result<RunRecord>> {
    const noted: { number?: number } = {};
    return this.#inTime(this.#begin(asked, noted), noted);
  }

  async #begin(asked: StartRequest, noted: { number?: number }): Promise<Result<RunRecord>> {
    const numbered = await this.#serial.run(asked.pipelineId, () => this.#number(asked));
    if (!numbered.ok) return numbered;
    if ('record' in numbered.value) return ok(numbered.value.record);
    const { pipeline, pending, definition } = numbered.value;
    noted.number = pending.number;
    return ok(await this.#insertion.insert(pipeline, pending, definition));
  }

  /** A start continues until it is decided; while the store takes no writes, the caller is told so rather than left to wait. */
  #inTime(beginning: Promise<Result<RunRecord>>, noted: { readonly number?: number }): Promise<Result<RunRecord>> {
    const text = () =>
      noted.number === undefined
        ? 'The store takes no writes at the moment, and whether this start was noted is not known yet. Ask again with the same Idempotency-Key.'
        : `Run ${noted.number} is noted, and begins as soon as the store takes writes again. The same Idempotency-Key gives this run.`;
    return new Promise((resolve, reject) => {
      const cancel = this.#ports.timers.after(patienceMs, () => resolve(refused('unavailable', text(), { retryAfterSeconds: 10 })));
      beginning.then(resolve, reject).finally(cancel);
    });
  }

  /** Start-up: the starts that were acknowledged but maybe not inserted. From here on no later run of theirs passes them. */
  expectPending(): Promise<readonly PipelineRecord[]> {
    return this.#earlier.expect();
  }

  /** Start-up: puts in the runs of those starts. */
  async finishPending(pipelines: readonly PipelineRecord[]): Promise<void> {
    for (const pipeline of pipelines) await this.#earlier.insertAll(pipeline, pipeline.pendingStarts);
  }

  /** After start-up, once: puts in the runs of starts that the controller before noted in its last moment, when this one had looked for them. */
  async finishLate(): Promise<void> {
    const pipelines = await persist('look for late starts', this.#ports, () => this.#ports.pipelines.withPending());
    for (const pipeline of pipelines) await this.#serial.run(pipeline._id, () => this.#earlier.takeUp(pipeline));
  }

  /** The run was written: a person who saw it in the store may have stopped it before its insertion was answered here. */
  folded(record: RunRecord): void {
    this.#insertion.folded(record);
  }

  async #number(asked: StartRequest): Promise<Result<Numbered>> {
    for (;;) {
      const pipeline = await this.#ports.pipelines.read(asked.pipelineId);
      if (pipeline === undefined || pipeline.deletedAt !== undefined) return refused('notFound', 'There is no such pipeline.');
      await this.#earlier.takeUp(pipeline);
      const before = await this.#withSameKey(pipeline, asked);
      if (before !== undefined) return before;
      const prepared = await prepare(this.#ports, pipeline, asked);
      if (!prepared.ok) return prepared;
      const { pending, next, definition } = prepared.value;
      this.#ports.slots.arriving(pipeline._id, pending.number);
      const after = await this.#write(pipeline, pending, next).catch((error: unknown) => {
        this.#ports.slots.arrived(pipeline._id, pending.number);
        throw error;
      });
      if (after !== undefined) return ok({ pipeline: after, pending, definition });
      this.#ports.slots.arrived(pipeline._id, pending.number);
    }
  }

  /** The run that an earlier start with the same key made. */
  async #withSameKey(pipeline: PipelineRecord, asked: StartRequest): Promise<Result<Numbered> | undefined> {
    if (asked.idempotencyKey === undefined) return undefined;
    const pending = pipeline.pendingStarts.find((start) => start.idempotencyKey === asked.idempotencyKey);
    const record = await this.#ports.runs.byKey(pipeline._id, asked.idempotencyKey);
    const found = record ?? pending;
    if (found === undefined) return undefined;
    if (!this.#ports.secrets.isFingerprintOf(found.requestDigest ?? '', JSON.stringify(asked.request)))
      return refused('idempotencyMismatch', 'This Idempotency-Key was used for another request.');
    if (record !== undefined) return ok({ record });
    const definition = pending && (await this.#ports.definitions.read(pending.definitionId));
    return pending && definition ? ok({ pipeline, pending, definition }) : undefined;
  }

  /** One update: number, auto-increment, and the note of the start; notes whose runs are in the store by now go. */
  async #write(
    pipeline: PipelineRecord,
    pending: PendingStart,
    next: Readonly<Record<string, string>>,
  ): Promise<PipelineRecord | undefined> {
    const { pipelines, crashPoints } = this.#ports;
    const inserted = this.#notes.insertedOf(pipeline._id);
    crashPoints.reach('controller.start.numbering');
    const after = await pipelines
      .number(pipeline, { pending, autoIncrement: { ...pipeline.autoIncrement, ...next }, inserted })
      .catch(async (error: unknown) => {
        const stored = await persist('look for a start', this.#ports, () => pipelines.read(pipeline._id));
        if (stored?.pendingStarts.some((start) => start.runId === pending.runId) === true) return stored; // applied, then error
        throw error;
      });
    crashPoints.reach('controller.start.numbered');
    if (after !== undefined) this.#notes.takenOut(pipeline._id, inserted);
    return after;
  }
}

type Numbered =
  | { readonly record: RunRecord }
  | { readonly pipeline: PipelineRecord; readonly pending: PendingStart; readonly definition: DefinitionSnapshot };
