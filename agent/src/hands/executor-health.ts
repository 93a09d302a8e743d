import type { Readings } from '../health/health.js';
import type { Executor } from '../executors/executor.js';
import { messageOf } from '../shared/logger.js';

/** Which executors have proven broken, and whether they still are. */
export class ExecutorHealth {
  readonly #suspects = new Set<Executor>();
  readonly #owed = new Map<Executor, Set<() => Promise<void>>>();

  /** It could not open an attempt: it is checked from now on until it works again. */
  suspect(executor: Executor): void {
    this.#suspects.add(executor);
  }

  /** It could not remove what an attempt used: that is tried again at each look until it is done. */
  owe(executor: Executor, remove: () => Promise<void>): void {
    this.#suspects.add(executor);
    const owed = this.#owed.get(executor) ?? new Set();
    this.#owed.set(executor, owed.add(remove));
  }

  /** Asks only those that failed. */
  async faults(): Promise<Readings['executorFaults']> {
    const asked = await Promise.all([...this.#suspects].map(async (executor) => ({ executor, detail: await this.#faultOf(executor) })));
    return asked.flatMap(({ executor, detail }) => {
      if (detail !== undefined) return [{ executor: executor.name, detail: detail.slice(0, 2_000) }];
      this.#suspects.delete(executor);
      return [];
    });
  }

  async #faultOf(executor: Executor): Promise<string | undefined> {
    const check = await executor.check();
    if (!check.ok) return check.reason;
    const owed = this.#owed.get(executor) ?? new Set();
    for (const remove of owed) {
      const fault = await remove().then(() => undefined, messageOf);
      if (fault !== undefined) return fault;
      owed.delete(remove);
    }
    return undefined;
  }
}
