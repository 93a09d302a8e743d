import type { Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import type { RunState } from '@drover/protocol';
import type { RunRecord } from '../../../domain/runs/record.js';
import type { RunEventRecord, RunEventStore, RunFilter, RunnerRecord, RunnerStore, RunStore } from '../../../services/ports/engine/runs.js';
import { checked, maybeFlag, maybeNumber, maybeText, number, recordsOf, text, type Records } from '../shared/records.js';
import { writeEach, type ConditionalWrite } from './conditional-writes.js';
import { Gathered } from '../shared/gathered.js';
import { insertEach, insertMissing } from '../shared/insert-missing.js';
import { newest } from '../../../shared/newest-reads.js';

export const runRecords = (connection: Connection): Records<RunRecord> =>
  recordsOf<RunRecord>(connection, {
    collection: 'runs',
    fields: {
      projectId: text,
      pipelineId: text,
      number,
      definitionId: text,
      state: text,
      outcome: maybeText,
      waits: maybeFlag,
      runSlot: maybeNumber,
      startedBy: maybeText,
      queuedAt: number,
      startedAt: maybeNumber,
      finishedAt: maybeNumber,
      idempotencyKey: maybeText,
      requestDigest: maybeText,
      revision: number,
      lastWriteId: text,
      run: checked,
    },
    indexes: [
      [{ pipelineId: 1, number: -1 }, { unique: true }],
      [{ pipelineId: 1, queuedAt: -1, number: -1 }], // a page of the history reads no older run than it asks for
      [
        { pipelineId: 1, runSlot: 1 },
        { unique: true, partialFilterExpression: { runSlot: { $exists: true } } },
      ],
      [
        { pipelineId: 1, idempotencyKey: 1 },
        { unique: true, partialFilterExpression: { idempotencyKey: { $exists: true } } },
      ],
      [{ state: 1 }],
      [{ projectId: 1, queuedAt: -1 }],
      [{ outcome: 1, finishedAt: 1 }],
      [{ definitionId: 1 }], // whether a snapshot is still followed
    ],
  });

const newestFirst = { queuedAt: -1, number: -1 } as const;

/** More than this is not counted: lists say “10k+”. */
const mostCounted = 10_000;

/** Runs in the store. Written whole, under compare-and-set on the revision. */
export function createRunStore({ native }: Records<RunRecord>): RunStore {
  const writes = new Gathered((together: ReadonlyArray<ConditionalWrite<RunRecord>>) => writeEach(native, together));
  const inserts = new Gathered((together: readonly RunRecord[]) => insertEach(native, together));
  return {
    insert: async (record) => ((await inserts.ask(record)) ? 'inserted' : 'exists'),
    read: async (runId) => (await native.findOne({ _id: runId }, newest)) ?? undefined,
    async replace(record) {
      const { _id, revision, lastWriteId } = record;
      const operation = { replaceOne: { filter: { _id, revision: revision - 1 }, replacement: record } };
      const answer = await writes.ask({ id: _id, mark: lastWriteId, operation });
      return answer === 'taken' ? 'slotTaken' : answer;
    },
    unfinished: () => native.find({ state: { $in: ['queued', 'running', 'stopping'] } }).toArray(),
    byKey: async (pipelineId, idempotencyKey) => (await native.findOne({ pipelineId, idempotencyKey }, newest)) ?? undefined,
    byNumber: async (pipelineId, runNumber) => (await native.findOne({ pipelineId, number: runNumber })) ?? undefined,
    newest: (pipelineId, limit) => native.find({ pipelineId }).sort({ number: -1 }).limit(limit).toArray(),
    async page(filter, { skip, limit }) {
      const where = whereOf(filter);
      const [records, total] = await Promise.all([
        native.find(where).sort(newestFirst).skip(skip).limit(limit).toArray(),
        native.countDocuments(where, { limit: mostCounted }),
      ]);
      return { records, total };
    },
    count: ({ projects, shown, outcome, finishedSince }) =>
      native.countDocuments(
        {
          ...(projects === 'all' ? {} : { projectId: { $in: [...projects] } }),
          ...(shown === undefined ? {} : { $or: shown.flatMap(shownAs) }),
          ...(outcome === undefined ? {} : { outcome }),
          ...(finishedSince === undefined ? {} : { finishedAt: { $gte: finishedSince } }),
        },
        { limit: mostCounted },
      ),
    async lastStart(projectId) {
      const [newest] = await native
        .find({ projectId }, { projection: { queuedAt: 1 } })
        .sort({ queuedAt: -1 })
        .limit(1)
        .toArray();
      return newest?.queuedAt;
    },
  };
}

/** Runs that are shown in this state: a running one whose first task has not begun is shown as queued. */
function shownAs(shown: RunState): Filter<RunRecord>[] {
  if (shown === 'queued') return [{ state: 'queued' }, { state: 'running', waits: true }];
  return [shown === 'running' ? { state: 'running', waits: { $exists: false } } : { state: shown }];
}

function whereOf({ pipelineId, from, to, shown, outcome }: RunFilter): Filter<RunRecord> {
  const queuedAt = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
  return {
    pipelineId,
    ...(Object.keys(queuedAt).length === 0 ? {} : { queuedAt }),
    ...(shown === undefined ? {} : { $or: shownAs(shown) }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

export const runEventRecords = (connection: Connection): Records<RunEventRecord & { readonly schemaVersion?: 1 }> =>
  recordsOf(connection, {
    collection: 'runEvents',
    fields: { runId: text, at: number, type: text },
    indexes: [[{ runId: 1, _id: 1 }]],
  });

/** The timelines of runs: appended to, never changed. */
export const createRunEventStore = ({ native }: ReturnType<typeof runEventRecords>): RunEventStore => ({
  append: async (events) => void (await insertMissing(native, events)),
  ofRun: (runId) => native.find({ runId }).sort({ _id: 1 }).toArray(),
});

export const runnerRecords = (connection: Connection): Records<RunnerRecord> =>
  recordsOf<RunnerRecord>(connection, {
    collection: 'runners',
    fields: { projectId: text, pipelineId: text, userId: text, name: text },
    indexes: [[{ projectId: 1, pipelineId: 1 }]],
  });

export const createRunnerStore = ({ native }: Records<RunnerRecord>): RunnerStore => ({
  remember: async ({ _id, ...runner }) => void (await native.updateOne({ _id }, { $set: runner }, { upsert: true })),
  all: () => native.find({}).toArray(),
});
