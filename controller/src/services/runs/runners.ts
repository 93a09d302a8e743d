import type { RunnerRecord, RunnerStore } from '../ports/engine/runs.js';

/** Who has ever run which pipeline (L3); written once per pipeline and person, or when the name has changed. */
export class Runners {
  readonly #store: RunnerStore;
  readonly #names = new Map<string, string>();

  constructor(store: RunnerStore) {
    this.#store = store;
  }

  async remember(runner: RunnerRecord): Promise<void> {
    if (this.#names.get(runner._id) === runner.name) return;
    await this.#store.remember(runner);
    this.#names.set(runner._id, runner.name);
  }

  all(): Promise<readonly RunnerRecord[]> {
    return this.#store.all();
  }
}
