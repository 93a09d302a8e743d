import type { Instant, PipelineId, ProjectId, RunId } from '@drover/protocol';
import type { RunRecord } from '../../domain/runs/record.js';

export interface QueuedRun {
  readonly runId: RunId;
  readonly number: number;
  readonly limit: number;
}
/** A run that waits for a slot, with what lists of the queue ask of it. */
export interface WaitingRun extends QueuedRun {
  readonly projectId: ProjectId;
  readonly queuedAt: Instant;
}
interface PipelineSlots {
  /** Slot by run, granted or being granted. */
  readonly held: Map<RunId, number>;
  readonly queued: Map<RunId, WaitingRun>;
  /** Numbers that were given and whose runs are not in the store yet: no later number may pass them. */
  readonly arriving: Set<number>;
}

export interface SlotGrant {
  readonly runId: RunId;
  readonly slot: number;
}

/**
 * Which runs of each pipeline hold a slot and which wait for one, in memory. The truth is the unique index
 * `{pipelineId, runSlot}`; this only proposes grants: the lowest number first, the lowest free slot.
 */
export class SlotBook {
  readonly #pipelines = new Map<PipelineId, PipelineSlots>();

  arriving(pipelineId: PipelineId, number: number): void {
    this.#of(pipelineId).arriving.add(number);
  }

  arrived(pipelineId: PipelineId, number: number): void {
    this.#of(pipelineId).arriving.delete(number);
    this.#forgetIfEmpty(pipelineId);
  }

  isArriving(pipelineId: PipelineId, number: number): boolean {
    return this.#pipelines.get(pipelineId)?.arriving.has(number) === true;
  }

  /** Takes a run in as it is stored. */
  note(record: RunRecord, limit: number): void {
    const pipeline = this.#of(record.pipelineId);
    if (record.state === 'finished') return this.release(record.pipelineId, record._id);
    if (record.runSlot !== undefined) {
      pipeline.queued.delete(record._id);
      pipeline.held.set(record._id, record.runSlot);
    } else if (!pipeline.held.has(record._id)) {
      pipeline.queued.set(record._id, waitingOf(record, limit));
    }
  }

  release(pipelineId: PipelineId, runId: RunId): void {
    const pipeline = this.#of(pipelineId);
    pipeline.held.delete(runId);
    pipeline.queued.delete(runId);
    this.#forgetIfEmpty(pipelineId);
  }

  /** The grant did not come about: the run waits again. `taken`: somebody else holds that slot. */
  revert(record: RunRecord, limit: number): void {
    const pipeline = this.#of(record.pipelineId);
    pipeline.held.delete(record._id);
    if (record.state === 'queued') pipeline.queued.set(record._id, waitingOf(record, limit));
  }

  /** The runs that may begin now; they count as holding their slots from here on. */
  grants(pipelineId: PipelineId): readonly SlotGrant[] {
    const pipeline = this.#of(pipelineId);
    const grants: SlotGrant[] = [];
    for (const run of [...pipeline.queued.values()].sort((a, b) => a.number - b.number)) {
      if ([...pipeline.arriving].some((number) => number < run.number)) break;
      const slot = freeSlot(pipeline.held, run.limit);
      if (slot === undefined) break;
      pipeline.queued.delete(run.runId);
      pipeline.held.set(run.runId, slot);
      grants.push({ runId: run.runId, slot });
    }
    this.#forgetIfEmpty(pipelineId);
    return grants;
  }

  /** A slot for a run that is about to be inserted, when none before it waits: it then enters the store with its slot. */
  grantArriving(pipelineId: PipelineId, run: QueuedRun): number | undefined {
    const pipeline = this.#of(pipelineId);
    const isFirst = pipeline.queued.size === 0 && [...pipeline.arriving].every((number) => number >= run.number);
    const slot = isFirst ? freeSlot(pipeline.held, run.limit) : undefined;
    if (slot === undefined) return undefined;
    pipeline.held.set(run.runId, slot);
    pipeline.arriving.delete(run.number); // it keeps nobody waiting any more, and is counted once
    return slot;
  }

  /** Runs that hold a slot, wait for one, or are about to. */
  standing(pipelineId: PipelineId): { readonly active: number; readonly queued: number; readonly arriving: number } {
    const pipeline = this.#pipelines.get(pipelineId);
    return { active: pipeline?.held.size ?? 0, queued: pipeline?.queued.size ?? 0, arriving: pipeline?.arriving.size ?? 0 };
  }

  /** All runs that wait for a slot, in no order. */
  waiting(): WaitingRun[] {
    return [...this.#pipelines.values()].flatMap(({ queued }) => [...queued.values()]);
  }

  /** Pipelines with runs that are not finished. */
  get active(): number {
    return this.#pipelines.size;
  }

  /** Place in the queue, from 1; 0 when it does not wait. */
  placeOf(pipelineId: PipelineId, number: number): number {
    const queued = [...(this.#pipelines.get(pipelineId)?.queued.values() ?? [])];
    return queued.some((run) => run.number === number) ? queued.filter((run) => run.number <= number).length : 0;
  }

  #of(pipelineId: PipelineId): PipelineSlots {
    const known = this.#pipelines.get(pipelineId);
    if (known !== undefined) return known;
    const pipeline: PipelineSlots = { held: new Map(), queued: new Map(), arriving: new Set() };
    this.#pipelines.set(pipelineId, pipeline);
    return pipeline;
  }

  #forgetIfEmpty(pipelineId: PipelineId): void {
    const pipeline = this.#pipelines.get(pipelineId);
    if (pipeline && pipeline.held.size + pipeline.queued.size + pipeline.arriving.size === 0) this.#pipelines.delete(pipelineId);
  }
}

const waitingOf = ({ _id: runId, number, projectId, queuedAt }: RunRecord, limit: number): WaitingRun => ({
  runId,
  number,
  limit,
  projectId,
  queuedAt,
});

function freeSlot(held: ReadonlyMap<RunId, number>, limit: number): number | undefined {
  if (held.size >= limit) return undefined;
  const taken = new Set(held.values());
  for (let slot = 0; slot < limit; slot += 1) if (!taken.has(slot)) return slot;
  return undefined;
}
