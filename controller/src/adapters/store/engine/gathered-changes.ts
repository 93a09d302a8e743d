import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { AttemptRecord } from '../../../domain/attempts/attempt.js';
import type { AttemptExpectation, AttemptPatch } from '../../../services/ports/engine/attempts.js';
import { isDuplicate } from '../shared/records.js';
import { failuresOf } from './insert-missing.js';

export interface AttemptChange {
  readonly attemptId: AttemptRecord['_id'];
  readonly expected: AttemptExpectation;
  readonly patch: AttemptPatch;
}
export type ChangeAnswer = 'changed' | 'stale' | 'slotTaken';

interface Waiting extends AttemptChange {
  readonly resolve: (answer: ChangeAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Changes that go with one command, at most. */
const mostTogether = 500;

/**
 * Changes of attempts that are asked for in the same turn go to the store as one command, each under its own condition:
 * with many agents at work the commands would otherwise cost more than the changes.
 */
export class GatheredChanges {
  readonly #attempts: Collection<AttemptRecord>;
  #waiting: Waiting[] = [];

  constructor(attempts: Collection<AttemptRecord>) {
    this.#attempts = attempts;
  }

  /** Resolves once it is known to be durable, or what was in its way. */
  change(change: AttemptChange): Promise<ChangeAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#sendAll());
      this.#waiting.push({ ...change, resolve, reject });
    });
  }

  #sendAll(): void {
    const all = this.#waiting.splice(0);
    for (let start = 0; start < all.length; start += mostTogether) void this.#send(all.slice(start, start + mostTogether));
  }

  async #send(together: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#answersOf(together);
      together.forEach(({ resolve }, index) => resolve(answers[index] ?? 'stale'));
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  async #answersOf(changes: readonly AttemptChange[]): Promise<readonly ChangeAnswer[]> {
    const { matched, taken } = await this.#write(changes.map(operationOf));
    if (matched === changes.length) return changes.map(() => 'changed');
    const applied = await this.#applied(changes);
    return changes.map(({ patch }, index) => (taken.has(index) ? 'slotTaken' : applied.has(patch.lastWriteId) ? 'changed' : 'stale'));
  }

  async #write(
    operations: Array<AnyBulkWriteOperation<AttemptRecord>>,
  ): Promise<{ readonly matched: number; readonly taken: ReadonlySet<number> }> {
    try {
      const { matchedCount } = await this.#attempts.bulkWrite(operations, { ordered: false });
      return { matched: matchedCount, taken: new Set() };
    } catch (error) {
      const failures = failuresOf(error);
      if (!isDuplicate(error) || failures.some(({ code }) => code !== 11_000)) throw error;
      return { matched: 0, taken: new Set(failures.map(({ index }) => index)) };
    }
  }

  /** The answer to a command says how many changes met their condition, not which: each left its mark. */
  async #applied(changes: readonly AttemptChange[]): Promise<ReadonlySet<string>> {
    const ids = changes.map(({ attemptId }) => attemptId);
    const stored = await this.#attempts.find({ _id: { $in: ids } }, { projection: { lastWriteId: 1 } }).toArray();
    return new Set(stored.flatMap(({ lastWriteId }) => lastWriteId ?? []));
  }
}

const operationOf = ({ attemptId, expected, patch }: AttemptChange): AnyBulkWriteOperation<AttemptRecord> => ({
  updateOne: { filter: { _id: attemptId, state: { $in: [...expected.states] }, fencing: expected.fencing }, update: { $set: patch } },
});
