import type { PipelineId } from '@drover/protocol';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';

/** So many tasks are remembered. */
const mostTasks = 5_000;
/** Weight of the newest duration against those before it. */
const newest = 0.3;

/** How long tasks took lately, for estimates; in memory only. */
export class Durations {
  readonly #known = new Map<string, number>();

  note({ pipelineId, taskKey, startedAt, finishedAt, outcome }: AttemptRecord): void {
    if (startedAt === undefined || finishedAt === undefined || outcome !== 'succeeded') return;
    const key = `${pipelineId} ${taskKey}`;
    const before = this.#known.get(key);
    const tookMs = Math.max(0, finishedAt - startedAt);
    this.#known.delete(key);
    this.#known.set(key, blend(before, tookMs));
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostTasks && oldest !== undefined) this.#known.delete(oldest);
  }

  /** Of that task; undefined when it has not run lately. */
  of(pipelineId: PipelineId, taskKey: string): number | undefined {
    return this.#known.get(`${pipelineId} ${taskKey}`);
  }
}

const blend = (before: number | undefined, tookMs: number): number =>
  before === undefined ? tookMs : before * (1 - newest) + tookMs * newest;
