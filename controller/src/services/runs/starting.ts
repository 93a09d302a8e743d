import { asId, type DefinitionId, type PipelineId, type RunId } from '@drover/protocol';
import type { StartRun, Trigger } from '@drover/protocol/api';
import { defaultConcurrency, type DefinitionSnapshot } from '@drover/protocol/definition';
import type { PendingStart, PipelineRecord } from '../../domain/pipelines/pipeline.js';
import { takeAutoIncrement } from '../../domain/runs/auto-increment.js';
import { advance } from '../../domain/runs/advance.js';
import { initialRun } from '../../domain/runs/initial.js';
import { maxRunBytes, recordOf, type RunRecord } from '../../domain/runs/record.js';
import { faultsOfStart, parametersOfStart } from '../../domain/runs/start-request.js';
import { persist, type Persistence } from '../persist.js';
import { secretContext, type Definitions, type SecretBox } from '../ports/definitions.js';
import type { PipelineStartStore } from '../ports/engine/pipelines.js';
import type { RunStore } from '../ports/engine/runs.js';
import type { Clock, CrashPoints, Ids } from '../ports/environment.js';
import { ok, refused, type Result } from '../result.js';
import { Serial } from '../serial.js';
import type { SlotBook } from './slots.js';

export interface StartRequest {
  readonly pipelineId: PipelineId;
  readonly request: StartRun;
  readonly trigger: Trigger;
  /** The same key in the same pipeline gives the same run. */
  readonly idempotencyKey?: string;
}

export interface StartPorts extends Persistence {
  readonly pipelines: PipelineStartStore;
  readonly runs: RunStore;
  readonly definitions: Definitions;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly crashPoints: CrashPoints;
  readonly zone: string;
  readonly slots: SlotBook;
  /** The run is in the store, new or found there again; `newest`: as it is by now, which may be further. */
  readonly opened: (record: RunRecord, definition: DefinitionSnapshot, newest: RunRecord) => void;
}

/** So long whoever starts a run is let wait for a store that takes no writes. */
const patienceMs = 10_000;
/** Starts taken out of the pipeline's notes are gathered this long. */
const settleMs = 1_000;

/**
 * Starts runs. A start is acknowledged once its number and everything it asked for are durable in one update of the
 * pipeline; the run is inserted from that note, here or, after a crash, by whoever starts up next.
 */
export class RunStarter {
  readonly #ports: StartPorts;
  readonly #serial = new Serial<PipelineId>();
  readonly #inserted = new Map<PipelineId, Set<RunId>>();
  /** Runs whose insertion was not answered yet, as they were folded meanwhile. */
  readonly #inserting = new Map<RunId, Inserting>();

  constructor(ports: StartPorts) {
    this.#ports = ports;
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
    return ok(await this.#insert(pipeline, pending, definition));
  }

  /** A start goes on until it is decided; while the store takes no writes, whoever asked is told so rather than left to wait. */
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
  async expectPending(): Promise<readonly PipelineRecord[]> {
    const pipelines = await this.#ports.pipelines.withPending();
    for (const { _id, pendingStarts } of pipelines) pendingStarts.forEach(({ number }) => this.#ports.slots.arriving(_id, number));
    return pipelines;
  }

  /** Start-up: puts in the runs of those starts. */
  async finishPending(pipelines: readonly PipelineRecord[]): Promise<void> {
    for (const pipeline of pipelines) await this.#finishAll(pipeline, pipeline.pendingStarts);
  }

  async #finishAll(pipeline: PipelineRecord, starts: readonly PendingStart[]): Promise<void> {
    const { definitions, slots } = this.#ports;
    for (const pending of starts) {
      const definition = await persist('read a definition', this.#ports, () => definitions.read(pending.definitionId));
      if (definition !== undefined) await this.#insert(pipeline, pending, definition);
      else slots.arrived(pipeline._id, pending.number);
    }
  }

  /** After start-up, once: puts in the runs of starts that the controller before noted in its last moment, when this one had looked for them. */
  async finishLate(): Promise<void> {
    const pipelines = await persist('look for late starts', this.#ports, () => this.#ports.pipelines.withPending());
    for (const pipeline of pipelines) await this.#serial.run(pipeline._id, () => this.#takeUp(pipeline));
  }

  /** The run was written: whoever saw it in the store may have stopped it before its insertion was answered here. */
  folded(record: RunRecord): void {
    const inserting = this.#inserting.get(record._id);
    if (inserting !== undefined) inserting.folded = record;
  }

  async #number(asked: StartRequest): Promise<Result<Numbered>> {
    for (;;) {
      const pipeline = await this.#ports.pipelines.read(asked.pipelineId);
      if (pipeline === undefined || pipeline.deletedAt !== undefined) return refused('notFound', 'There is no such pipeline.');
      await this.#takeUp(pipeline);
      const before = await this.#earlier(pipeline, asked);
      if (before !== undefined) return before;
      const prepared = await this.#prepare(pipeline, asked);
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

  /** Starts that a controller noted in its last moment: no later run passes them. */
  async #takeUp(pipeline: PipelineRecord): Promise<void> {
    const { runs, slots } = this.#ports;
    const left: PendingStart[] = [];
    for (const pending of pipeline.pendingStarts) {
      if (!this.#isKnown(pipeline._id, pending) && (await runs.read(pending.runId)) === undefined) left.push(pending);
    }
    left.forEach(({ number }) => slots.arriving(pipeline._id, number));
    await this.#finishAll(pipeline, left);
  }

  #isKnown(pipelineId: PipelineId, { runId, number }: PendingStart): boolean {
    const isInserted = this.#inserted.get(pipelineId)?.has(runId) === true;
    return isInserted || this.#inserting.has(runId) || this.#ports.slots.isArriving(pipelineId, number);
  }

  /** One update: number, auto-increment, and the note of the start; notes whose runs are in the store by now go. */
  async #write(
    pipeline: PipelineRecord,
    pending: PendingStart,
    next: Readonly<Record<string, string>>,
  ): Promise<PipelineRecord | undefined> {
    const { pipelines, crashPoints } = this.#ports;
    const inserted: ReadonlySet<RunId> = new Set(this.#inserted.get(pipeline._id));
    crashPoints.reach('controller.start.numbering');
    const after = await pipelines
      .number(pipeline, { pending, autoIncrement: { ...pipeline.autoIncrement, ...next }, inserted })
      .catch(async (error: unknown) => {
        const stored = await persist('look for a start', this.#ports, () => pipelines.read(pipeline._id));
        if (stored?.pendingStarts.some((start) => start.runId === pending.runId) === true) return stored; // applied, then error
        throw error;
      });
    crashPoints.reach('controller.start.numbered');
    if (after !== undefined) inserted.forEach((runId) => this.#inserted.get(pipeline._id)?.delete(runId));
    return after;
  }

  /** The run that an earlier start with the same key made. */
  async #earlier(pipeline: PipelineRecord, asked: StartRequest): Promise<Result<Numbered> | undefined> {
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

  async #prepare(pipeline: PipelineRecord, asked: StartRequest): Promise<Result<Prepared>> {
    const snapshot = await this.#ports.definitions.snapshot(pipeline);
    if (!snapshot.ok) return snapshot;
    const { definitionId, snapshot: definition } = snapshot.value;
    const errors = faultsOfStart(asked.request, definition);
    if (errors.length > 0) return refused('invalidInput', 'The run can not be started with these values.', { errors });
    const full = this.#queueRefusal(pipeline._id, definition);
    if (full !== undefined) return full;
    const taken = takeAutoIncrement(definition, pipeline.autoIncrement, asked.request.parameters ?? {});
    const pending = this.#pendingOf({ pipeline, asked, definition, definitionId, autoIncrement: taken.values });
    if (JSON.stringify(this.#runOf(pipeline, pending, definition)).length > maxRunBytes) {
      return refused('payloadTooLarge', `A run with its parameters may take ${maxRunBytes} bytes; this one would take more.`);
    }
    return ok({ pending, next: taken.next, definition });
  }

  #queueRefusal(pipelineId: PipelineId, definition: DefinitionSnapshot): ReturnType<typeof refused> | undefined {
    const { maxRuns, whenFull } = definition.pipeline.concurrency ?? defaultConcurrency;
    if (whenFull !== 'refuse') return undefined;
    const { active, queued, arriving } = this.#ports.slots.standing(pipelineId);
    if (active + queued + arriving < maxRuns) return undefined;
    return refused('queueRefused', `${active} of ${maxRuns} runs of this pipeline are active, and it refuses more rather than queue them.`);
  }

  #pendingOf(parts: {
    pipeline: PipelineRecord;
    asked: StartRequest;
    definition: DefinitionSnapshot;
    definitionId: DefinitionId;
    autoIncrement: Readonly<Record<string, string>>;
  }): PendingStart {
    const { pipeline, asked, definition, definitionId, autoIncrement } = parts;
    const { secrets, ids, clock } = this.#ports;
    const seal = (plain: string, name: string) => secrets.seal(plain, secretContext.pipelineParameter(pipeline._id, name));
    const { request, idempotencyKey } = asked;
    return {
      runId: asId<RunId>(ids.next()),
      number: pipeline.nextNumber,
      definitionId,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey, requestDigest: secrets.fingerprint(JSON.stringify(request)) }),
      sample: pipeline.sample === true,
      trigger: asked.trigger,
      refs: request.sources ?? [],
      ...(request.tasks === undefined ? {} : { tasks: request.tasks }),
      parameters: parametersOfStart({ definition, typed: request.parameters ?? {}, autoIncrement, secrets: pipeline.secrets, seal }),
      startedAt: clock.now(),
    };
  }

  #runOf(pipeline: PipelineRecord, pending: PendingStart, definition: DefinitionSnapshot) {
    const { _id: pipelineId, projectId } = pipeline;
    return initialRun(pending, { projectId, pipelineId, definitionId: pending.definitionId, definition, zone: this.#ports.zone });
  }

  /** Deterministic, so doing it twice does it once. */
  async #insert(pipeline: PipelineRecord, pending: PendingStart, definition: DefinitionSnapshot): Promise<RunRecord> {
    const { slots, crashPoints } = this.#ports;
    const { idempotencyKey, requestDigest } = pending;
    const keys = { ...(idempotencyKey === undefined ? {} : { idempotencyKey }), ...(requestDigest === undefined ? {} : { requestDigest }) };
    const fresh = recordOf(this.#runOf(pipeline, pending, definition), { revision: 1, lastWriteId: pending.runId, ...keys });
    const inserting = this.#beginInserting(fresh._id);
    const record = await this.#insertOnce(fresh, definition);
    const newest = inserting.folded ?? record;
    inserting.starts -= 1;
    if (inserting.starts === 0) this.#inserting.delete(fresh._id);
    crashPoints.reach('controller.start.inserted');
    slots.arrived(pipeline._id, pending.number);
    this.#ports.opened(record, definition, newest);
    this.#settleLater(pipeline._id, pending.runId);
    return newest;
  }

  #beginInserting(runId: RunId): Inserting {
    const inserting = this.#inserting.get(runId) ?? { starts: 0, folded: undefined };
    inserting.starts += 1;
    this.#inserting.set(runId, inserting);
    return inserting;
  }

  /** Where nothing waits before it, the run enters the store with its slot, which saves the write that would grant it. */
  async #insertOnce(fresh: RunRecord, definition: DefinitionSnapshot): Promise<RunRecord> {
    const { runs, slots, clock } = this.#ports;
    const { maxRuns } = definition.pipeline.concurrency ?? defaultConcurrency;
    const slot = slots.grantArriving(fresh.pipelineId, { runId: fresh._id, number: fresh.number, limit: maxRuns });
    const started =
      slot === undefined ? undefined : advance(fresh.run, { type: 'slotGranted', slot }, { definition, now: clock.now() }).run;
    const first = started === undefined ? fresh : recordOf(started, fresh);
    return persist('insert run', this.#ports, async () => {
      if ((await runs.insert(first)) === 'inserted') return this.#entered(first);
      const known = await runs.read(fresh._id);
      if (slot !== undefined) slots.release(fresh.pipelineId, fresh._id); // it was inserted before, maybe without; or another run has that slot
      if (known !== undefined) return known;
      return (await runs.insert(fresh)) === 'inserted' ? fresh : ((await runs.read(fresh._id)) ?? fresh);
    });
  }

  #entered(record: RunRecord): RunRecord {
    if (record.runSlot !== undefined) this.#ports.crashPoints.reach('controller.slot.granted');
    return record;
  }

  #settleLater(pipelineId: PipelineId, runId: RunId): void {
    const known = this.#inserted.get(pipelineId);
    if (known !== undefined) return void known.add(runId);
    const done = new Set([runId]);
    this.#inserted.set(pipelineId, done);
    this.#ports.timers.after(settleMs, () => {
      this.#inserted.delete(pipelineId);
      void this.#settle(pipelineId, [...done]);
    });
  }

  async #settle(pipelineId: PipelineId, runIds: readonly RunId[]): Promise<void> {
    await this.#ports.pipelines
      .settle(pipelineId, runIds)
      .catch((error: unknown) => this.#ports.log.warn('pending starts stay noted', { pipelineId, error }));
    this.#ports.crashPoints.reach('controller.start.settled');
  }
}

interface Inserting {
  /** Starts with the same key that put the run in, each by itself. */
  starts: number;
  folded: RunRecord | undefined;
}
type Numbered =
  | { readonly record: RunRecord }
  | { readonly pipeline: PipelineRecord; readonly pending: PendingStart; readonly definition: DefinitionSnapshot };
interface Prepared {
  readonly pending: PendingStart;
  readonly next: Readonly<Record<string, string>>;
  readonly definition: DefinitionSnapshot;
}
