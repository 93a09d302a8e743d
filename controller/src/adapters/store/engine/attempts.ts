import type { Connection } from 'mongoose';
import type { AttemptRecord } from '../../../domain/attempts/attempt.js';
import type { AttemptStore } from '../../../services/ports/engine/attempts.js';
import { checked, flag, maybeNumber, maybeText, number, recordsOf, text, type Records } from '../shared/records.js';
import { writeEach, type ConditionalWrite } from './conditional-writes.js';
import { Gathered } from '../shared/gathered.js';
import { insertEach } from '../shared/insert-missing.js';
import { newest } from '../../../shared/newest-reads.js';

export const attemptRecords = (connection: Connection): Records<AttemptRecord> =>
  recordsOf<AttemptRecord>(connection, {
    collection: 'attempts',
    fields: {
      projectId: text,
      pipelineId: text,
      runId: text,
      runNumber: number,
      taskKey: text,
      number,
      execution: number,
      state: text,
      active: flag,
      priority: number,
      labels: [String],
      executor: text,
      sample: flag,
      recovery: checked,
      timeoutSeconds: number,
      queuedAt: number,
      queueDeadline: number,
      fencing: number,
      offerId: maybeText,
      agentId: maybeText,
      slot: maybeNumber,
      startedAt: maybeNumber,
      finishedAt: maybeNumber,
      outcome: maybeText,
      steps: checked,
      warnings: checked,
      folded: flag,
      lastWriteId: maybeText,
    },
    indexes: [
      [
        { agentId: 1, slot: 1 },
        { unique: true, partialFilterExpression: { active: true } },
      ],
      [{ folded: 1 }, { partialFilterExpression: { folded: false } }],
      [{ runId: 1, queuedAt: 1 }],
    ],
  });

/** Attempts in the store. A change is one update, under the state and the fencing number that it expects. */
export function createAttemptStore({ native }: Records<AttemptRecord>): AttemptStore {
  const changes = new Gathered((writes: ReadonlyArray<ConditionalWrite<AttemptRecord>>) => writeEach(native, writes));
  const inserts = new Gathered((records: readonly AttemptRecord[]) => insertEach(native, records));
  return {
    async insert(records) {
      const inserted = await Promise.all(records.map((record) => inserts.ask(record)));
      return new Set(records.flatMap(({ _id }, index) => (inserted[index] === true ? [_id] : [])));
    },
    read: async (attemptId) => (await native.findOne({ _id: attemptId }, newest)) ?? undefined,
    async change(attemptId, { states, fencing }, patch) {
      const filter = { _id: attemptId, state: { $in: [...states] }, fencing };
      const operation = { updateOne: { filter, update: { $set: patch } } };
      const answer = await changes.ask({ id: attemptId, mark: patch.lastWriteId, operation });
      return answer === 'written' ? 'changed' : answer === 'taken' ? 'slotTaken' : 'stale';
    },
    async markFolded(attemptIds) {
      if (attemptIds.length === 0) return;
      await native.updateMany({ _id: { $in: [...attemptIds] }, state: 'finished' }, { $set: { folded: true } });
    },
    unfolded: () => native.find({ folded: false }).sort({ queuedAt: 1 }).toArray(),
    activeOf: (agentId) => native.find({ agentId, active: true }).toArray(),
    ofRun: (runId) => native.find({ runId }).sort({ queuedAt: 1 }).toArray(),
  };
}
