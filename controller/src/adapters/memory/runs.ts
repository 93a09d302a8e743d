import type { Instant, PipelineId, ProjectId, RunId } from '@drover/protocol';
import type { RunRecord } from '../../domain/runs/record.js';
import type { RunEventRecord, RunEventStore, RunFilter, RunnerRecord, RunnerStore, RunStore } from '../../services/ports/engine/runs.js';

/** Runs in memory: the same promises as the real store, and nothing kept. */
export class MemoryRuns implements RunStore {
  readonly #runs = new Map<RunId, RunRecord>();

  insert(record: RunRecord): Promise<'inserted' | 'exists'> {
    const taken =
      this.#runs.has(record._id) || (record.idempotencyKey !== undefined && this.#find((other) => sameKey(other, record)) !== undefined);
    if (!taken) this.#runs.set(record._id, structuredClone(record));
    return Promise.resolve(taken ? 'exists' : 'inserted');
  }

  read(runId: RunId): Promise<RunRecord | undefined> {
    return Promise.resolve(structuredClone(this.#runs.get(runId)));
  }

  replace(record: RunRecord): Promise<'written' | 'stale' | 'slotTaken'> {
    if (this.#runs.get(record._id)?.revision !== record.revision - 1) return Promise.resolve('stale');
    const rival = this.#find(
      (other) =>
        other._id !== record._id &&
        other.pipelineId === record.pipelineId &&
        other.runSlot !== undefined &&
        other.runSlot === record.runSlot,
    );
    if (rival !== undefined) return Promise.resolve('slotTaken');
    this.#runs.set(record._id, structuredClone(record));
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
    const { projects, states, outcome, finishedSince } = question;
    const all = this.#all(
      (record) =>
        (projects === 'all' || projects.includes(record.projectId)) &&
        (states === undefined || states.includes(record.state)) &&
        (outcome === undefined || record.outcome === outcome) &&
        (finishedSince === undefined || (record.finishedAt ?? -1) >= finishedSince),
    );
    return Promise.resolve(all.length);
  }

  lastStart(projectId: ProjectId): Promise<Instant | undefined> {
    const starts = this.#all((record) => record.projectId === projectId).map((record) => record.queuedAt);
    return Promise.resolve(starts.length === 0 ? undefined : Math.max(...starts));
  }

  #find(test: (record: RunRecord) => boolean): RunRecord | undefined {
    return this.#all(test)[0];
  }

  #all(test: (record: RunRecord) => boolean): RunRecord[] {
    return [...this.#runs.values()]
      .filter(test)
      .sort((a, b) => b.number - a.number)
      .map((record) => structuredClone(record));
  }
}

const sameKey = (a: RunRecord, b: RunRecord): boolean => a.pipelineId === b.pipelineId && a.idempotencyKey === b.idempotencyKey;

const matches = (record: RunRecord, filter: RunFilter): boolean =>
  record.pipelineId === filter.pipelineId &&
  (filter.from === undefined || record.queuedAt >= filter.from) &&
  (filter.to === undefined || record.queuedAt < filter.to) &&
  (filter.state === undefined || record.state === filter.state) &&
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
