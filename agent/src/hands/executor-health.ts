import type { Readings } from '../health/health.js';
import type { Executor } from '../executors/executor.js';

/** Which executors have proven broken, and whether they still are. */
export class ExecutorHealth {
  readonly #suspects = new Set<Executor>();

  /** It could not open an attempt: it is checked from now on until it works again. */
  suspect(executor: Executor): void {
    this.#suspects.add(executor);
  }

  /** Asks only those that failed. */
  async faults(): Promise<Readings['executorFaults']> {
    const asked = await Promise.all([...this.#suspects].map(async (executor) => ({ executor, check: await executor.check() })));
    return asked.flatMap(({ executor, check }) => {
      if (!check.ok) return [{ executor: executor.name, detail: check.reason.slice(0, 2_000) }];
      this.#suspects.delete(executor);
      return [];
    });
  }
}
