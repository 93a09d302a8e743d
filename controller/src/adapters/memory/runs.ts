import type { Instant, PipelineId, ProjectId, RunId } from '@drover/protocol';
import type { RunRecord } from '../../domain/runs/record.js';
import type { RunEventRecord, RunEventStore, RunFilter, RunnerRecord, RunnerStore, RunStore } from '../../services/ports/engine/runs.js';
import { frozen } from '../../domain/frozen.js';
import { nobody, type Witness } from './witness.js';

/** Runs in memory: the same promises as the real store, and nothing kept. */
export class MemoryRuns implements RunStore {
  readonly #runs = new Map<RunId, RunRecord>();
  readonly #witness: Witness<RunRecord>;

  constructor(witness: Witness<RunRecord> = nobody) {
    this.#witness = witness;
  }

  /** As they are stored now. */
  get records(): ReadonlyMap<RunId, RunRecord> {
    return this.#runs;
  }

  insert(record: RunRecord): Promise<'inserted' | 'exists'> {
    const taken = this.#runs.has(record._id) || this.#find((other) => isRival(other, record)) !== undefined;
    if (!taken) this.#keep(record);
    return Promise.resolve(taken ? 'exists' : 'inserted');
  }

  read(runId: RunId): Promise<RunRecord | undefined> {
    return Promise.resolve(this.#runs.get(runId));
  }

  replace(record: RunRecord): Promise<'written' | 'stale' | 'slotTaken'> {
    if (this.#runs.get(record._id)?.revision !== record.revision - 1) return Promise.resolve('stale');
    if (this.#find((other) => other._id !== record._id && isRival(other, record)) !== undefined) return Promise.resolve('slotTaken');
    this.#keep(record);
    return Promise.resolve('written');
  }

  unfinished(): Promise<readonly RunRecord[]> {
    return Promise.resolve(this.#all((record) => record.state !== 'finished'));
  }

  byKey(pipelineId: PipelineId, idempotencyKey: string): Promise<RunRecord | undefined> {
    return Promise.resolve(this.#find((record) => record.pipelineId === pipelineId && record.idempotencyKey === idempotencyKey));
  }

  byNumber(pipelineId: PipelineId, number: number): Promise<RunRecord | undefined> {
    return Promise.resolve(this.#find((record) => record.pipelineId === pipelineId && record.number === number));
  }

  newest(pipelineId: PipelineId, limit: number): Promise<readonly RunRecord[]> {
    return Promise.resolve(this.#all((record) => record.pipelineId === pipelineId).slice(0, limit));
  }

  page(
    filter: RunFilter,
    { skip, limit }: { readonly skip: number; readonly limit: number },
  ): Promise<{ readonly records: readonly RunRecord[]; readonly total: number }> {
    const all = this.#all((record) => matches(record, filter));
    return Promise.resolve({ records: all.slice(skip, skip + limit), total: all.length });
  }

  count(question: Parameters<RunStore['count']>[0]): Promise<number> {
    const { projects, shown, outcome, finishedSince } = question;
    const all = this.#all(
      (record) =>
        (projects === 'all' || projects.includes(record.projectId)) &&
        (shown === undefined || shown.includes(shownState(record))) &&
        (outcome === undefined || record.outcome === outcome) &&
        (finishedSince === undefined || (record.finishedAt ?? -1) >= finishedSince),
    );
    return Promise.resolve(all.length);
  }

  lastStart(projectId: ProjectId): Promise<Instant | undefined> {
    const starts = this.#all((record) => record.projectId === projectId).map((record) => record.queuedAt);
    return Promise.resolve(starts.length === 0 ? undefined : Math.max(...starts));
  }

  #keep(record: RunRecord): void {
    const before = this.#runs.get(record._id);
    this.#runs.set(record._id, frozen(record));
    this.#witness(before, record);
  }

  #find(test: (record: RunRecord) => boolean): RunRecord | undefined {
    for (const record of this.#runs.values()) if (test(record)) return record;
    return undefined;
  }

  #all(test: (record: RunRecord) => boolean): RunRecord[] {
    return [...this.#runs.values()].filter(test).sort((a, b) => b.number - a.number);
  }
}

/** What the unique indexes of a pipeline's runs keep apart: number, slot, idempotency key. */
const isRival = (a: RunRecord, b: RunRecord): boolean =>
  a.pipelineId === b.pipelineId &&
  (a.number === b.number ||
    (a.runSlot !== undefined && a.runSlot === b.runSlot) ||
    (a.idempotencyKey !== undefined && a.idempotencyKey === b.idempotencyKey));

const shownState = ({ state, waits }: RunRecord): RunRecord['state'] => (waits === true ? 'queued' : state);

const matches = (record: RunRecord, filter: RunFilter): boolean =>
  record.pipelineId === filter.pipelineId &&
  (filter.from === undefined || record.queuedAt >= filter.from) &&
  (filter.to === undefined || record.queuedAt < filter.to) &&
  (filter.shown === undefined || shownState(record) === filter.shown) &&
  (filter.outcome === undefined || record.outcome === filter.outcome);

export class MemoryRunEvents implements RunEventStore {
  readonly #events = new Map<string, RunEventRecord>();

  append(events: readonly RunEventRecord[]): Promise<void> {
    for (const event of events) if (!this.#events.has(event._id)) this.#events.set(event._id, event);
    return Promise.resolve();
  }

  ofRun(runId: RunId): Promise<readonly RunEventRecord[]> {
    return Promise.resolve([...this.#events.values()].filter((event) => event.runId === runId).sort((a, b) => (a._id < b._id ? -1 : 1)));
  }
}

export class MemoryRunners implements RunnerStore {
  readonly #runners = new Map<string, RunnerRecord>();

  remember(runner: RunnerRecord): Promise<void> {
    this.#runners.set(runner._id, runner);
    return Promise.resolve();
  }

  all(): Promise<readonly RunnerRecord[]> {
    return Promise.resolve([...this.#runners.values()]);
  }
}
