import type { AgentId, AttemptId, RunId } from '@drover/protocol';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import type { AttemptExpectation, AttemptPatch, AttemptStore } from '../../services/ports/engine/attempts.js';
import { frozen } from '../../domain/frozen.js';
import { nobody, type Witness } from './witness.js';

/** Attempts in memory: the same promises as the real store, and nothing kept. */
export class MemoryAttempts implements AttemptStore {
  readonly #attempts = new Map<AttemptId, AttemptRecord>();
  readonly #witness: Witness<AttemptRecord>;

  constructor(witness: Witness<AttemptRecord> = nobody) {
    this.#witness = witness;
  }

  /** As they are stored now. */
  get records(): ReadonlyMap<AttemptId, AttemptRecord> {
    return this.#attempts;
  }

  insert(records: readonly AttemptRecord[]): Promise<ReadonlySet<AttemptId>> {
    const inserted = records.filter((record) => !this.#attempts.has(record._id));
    inserted.forEach((record) => this.#keep(record));
    return Promise.resolve(new Set(inserted.map((record) => record._id)));
  }

  read(attemptId: AttemptId): Promise<AttemptRecord | undefined> {
    return Promise.resolve(this.#attempts.get(attemptId));
  }

  change(attemptId: AttemptId, expected: AttemptExpectation, patch: AttemptPatch): Promise<'changed' | 'stale' | 'slotTaken'> {
    const stored = this.#attempts.get(attemptId);
    if (stored === undefined || stored.fencing !== expected.fencing || !expected.states.includes(stored.state))
      return Promise.resolve('stale');
    const next = { ...stored, ...patch };
    if (next.active && this.#isSlotTaken(next)) return Promise.resolve('slotTaken');
    this.#keep(next);
    return Promise.resolve('changed');
  }

  markFolded(attemptIds: readonly AttemptId[]): Promise<void> {
    for (const id of attemptIds) {
      const stored = this.#attempts.get(id);
      if (stored?.state === 'finished') this.#keep({ ...stored, folded: true });
    }
    return Promise.resolve();
  }

  unfolded(): Promise<readonly AttemptRecord[]> {
    return Promise.resolve(this.#all((record) => !record.folded));
  }

  activeOf(agentId: AgentId): Promise<readonly AttemptRecord[]> {
    return Promise.resolve(this.#all((record) => record.active && record.agentId === agentId));
  }

  ofRun(runId: RunId): Promise<readonly AttemptRecord[]> {
    return Promise.resolve(this.#all((record) => record.runId === runId));
  }

  #keep(record: AttemptRecord): void {
    const before = this.#attempts.get(record._id);
    this.#attempts.set(record._id, frozen(record));
    this.#witness(before, record);
  }

  /** What the unique index over active attempts keeps apart. */
  #isSlotTaken({ _id, agentId, slot }: AttemptRecord): boolean {
    for (const other of this.#attempts.values())
      if (other.active && other._id !== _id && other.agentId === agentId && other.slot === slot) return true;
    return false;
  }

  #all(test: (record: AttemptRecord) => boolean): AttemptRecord[] {
    return [...this.#attempts.values()].filter(test).sort((a, b) => a.queuedAt - b.queuedAt);
  }
}
