import type { ProjectId, RunId } from '@drover/protocol';
import type { Page, QueueItem } from '@drover/protocol/api';
import { findTask } from '../../domain/attempts/queued.js';
import type { EngineCore } from '../engine/engine-core.js';
import { present } from '../present.js';
import type { LiveAttempt } from './board.js';
import { WaitReasons } from './wait-reasons.js';

const mostCounted = 10_000;

export interface QueueWindow {
  readonly page?: number;
  readonly pageSize?: number;
}

/** What waits, before its names are read: a task for an agent, or a run for a place in its pipeline. */
type Waiter =
  | { readonly type: 'task'; readonly live: LiveAttempt }
  | { readonly type: 'run'; readonly runId: RunId; readonly queuedAt: number };

/** Everything that waits, from memory: tasks in the order in which they will be placed, then runs, the oldest first. */
export class Queue {
  readonly #core: EngineCore;
  readonly #reasons: WaitReasons;

  constructor(core: EngineCore) {
    this.#core = core;
    this.#reasons = new WaitReasons(core);
  }

  /** Of the projects that the reader may see. Names are read for the page alone. */
  async list(scope: 'all' | ReadonlySet<ProjectId>, { page = 1, pageSize = 20 }: QueueWindow): Promise<Page<QueueItem>> {
    const isIn = (projectId: ProjectId): boolean => scope === 'all' || scope.has(projectId);
    const tasks = this.#core.board.queue().filter(({ record }) => isIn(record.projectId));
    const runs = this.#core.slots.waiting().filter(({ projectId }) => isIn(projectId));
    const all: readonly Waiter[] = [
      ...tasks.map((live) => ({ type: 'task' as const, live })),
      ...runs.sort((a, b) => a.queuedAt - b.queuedAt).map(({ runId, queuedAt }) => ({ type: 'run' as const, runId, queuedAt })),
    ];
    const items = await Promise.all(all.slice((page - 1) * pageSize, page * pageSize).map((waiter) => this.#itemOf(waiter)));
    return {
      items: items.filter((item) => item !== undefined),
      page,
      pageSize,
      total: Math.min(all.length, mostCounted),
      more: all.length > mostCounted,
    };
  }

  /** Undefined for one that has left the store meanwhile. */
  async #itemOf(waiter: Waiter): Promise<QueueItem | undefined> {
    const record = await this.#core.driver.read(waiter.type === 'run' ? waiter.runId : waiter.live.record.runId);
    const definition = record && (await this.#core.definition(record.definitionId));
    if (record === undefined || definition === undefined) return undefined;
    const run = {
      runId: record._id,
      projectId: record.projectId,
      pipelineId: record.pipelineId,
      pipelineName: definition.pipeline.name,
      runNumber: record.number,
    };
    if (waiter.type === 'run')
      return { ...run, since: waiter.queuedAt, ...present({ waiting: this.#reasons.ofRun(record.run, definition) }) };
    const { _id: attemptId, taskKey: key, queuedAt } = waiter.live.record;
    const name = findTask(definition, key)?.task.name ?? key;
    return { ...run, task: { key, name, attemptId }, since: queuedAt, ...present({ waiting: this.#reasons.ofAttempt(attemptId) }) };
  }
}
