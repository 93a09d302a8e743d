import type { AgentId, DefinitionId, EndpointId, Instant, JobId, PipelineId, ProjectId, RunId, TokenId } from '@drover/protocol';
import type { Connection } from 'mongoose';
import type { Collection, Filter } from 'mongodb';
import type { AttemptRecord } from '../../../domain/attempts/attempt.js';
import type { PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import type { ProjectRecord } from '../../../domain/projects/project.js';
import type { RunRecord } from '../../../domain/runs/record.js';
import type { Remains, Removal, RemovalStore, RunsToExpire, RunToRemove } from '../../../services/removal/ports.js';
import { insertMissing } from '../shared/insert-missing.js';
import { maybeText, number, recordsOf, text, type Records } from '../shared/records.js';

const inOrder = { requestedAt: 1, _id: 1 } as const;

export const removalRecords = (connection: Connection): Records<Removal> =>
  recordsOf<Removal>(connection, {
    collection: 'removals',
    fields: {
      name: text,
      requestedAt: number,
      kind: text,
      runId: maybeText,
      pipelineId: maybeText,
      projectId: maybeText,
      definitionId: maybeText,
    },
    indexes: [[inOrder]],
  });

export const createRemovalStore = ({ native }: Records<Removal>): RemovalStore => ({
  async note(removals) {
    if (removals.length > 0) await insertMissing(native, removals);
  },
  pending(part, limit, after) {
    const kind: Filter<Removal> = part === 'definitions' ? { kind: 'definition' } : { kind: { $ne: 'definition' } };
    const behind = after && [{ requestedAt: { $gt: after.requestedAt } }, { requestedAt: after.requestedAt, _id: { $gt: after._id } }];
    return native
      .find(behind ? { ...kind, $or: behind } : kind)
      .sort(inOrder)
      .limit(limit)
      .toArray();
  },
  async overview(limit) {
    const things = native.find({ kind: { $in: ['pipeline', 'project'] } }).sort(inOrder);
    return { total: await native.countDocuments({}), things: await things.limit(limit).toArray() };
  },
  done: async (_id) => void (await native.deleteOne({ _id })),
});

interface Owned<Id extends string> {
  readonly _id: Id;
  readonly projectId?: ProjectId;
}

/** The collections of a farm, as deleting sees them. */
export function createRemains(connection: Connection): Remains {
  const { db } = connection;
  if (!db) throw new Error('the store is not connected');
  const runs = db.collection<RunRecord>('runs');
  const attempts = db.collection<AttemptRecord>('attempts');
  const pipelines = db.collection<PipelineRecord>('pipelines');
  const projects = db.collection<ProjectRecord>('projects');
  const ofPipeline = (name: string) => db.collection<{ readonly _id: string; readonly pipelineId: PipelineId }>(name);
  const idsOf = async <Id extends string>(name: string, projectId: ProjectId): Promise<readonly Id[]> =>
    (
      await db
        .collection<Owned<string>>(name)
        .find({ projectId }, { projection: { _id: 1 } })
        .toArray()
    ).map(({ _id }) => _id as Id);
  return {
    run: async (_id) => toRemove(await runs.findOne({ _id }, runProjection)),
    dropFinishedRun: async (_id) => (await runs.deleteOne({ _id, state: 'finished' })).deletedCount === 1,
    runsOf: async (pipelineId, limit) => (await runs.find({ pipelineId }, runProjection).limit(limit).toArray()).flatMap(each),
    expired: (pipelineId, rule, limit) => expired(runs, { pipelineId, rule, limit }),
    countRuns: (pipelineIds) => runs.countDocuments({ pipelineId: { $in: [...pipelineIds] } }),
    async logsOf(runId) {
      const found = await attempts.find({ runId }, { projection: { _id: 1, projectId: 1 } }).toArray();
      return found.map(({ _id, projectId }) => ({ projectId, runId, attemptId: _id }));
    },
    async dropPartsOfRun(runId) {
      await attempts.deleteMany({ runId });
      await db.collection<{ readonly _id: string; readonly runId: RunId }>('runEvents').deleteMany({ runId });
    },
    refersTo: async (definitionId) =>
      (await runs.findOne({ definitionId }, { projection: { _id: 1 } })) !== null ||
      (await pipelines.findOne({ 'pendingStarts.definitionId': definitionId }, { projection: { _id: 1 } })) !== null,
    async hidden() {
      const where = { deletedAt: { $exists: true } };
      const ofPipelines = await pipelines.find(where, { projection: { 'definition.name': 1, deletedAt: 1 } }).toArray();
      const ofProjects = await projects.find(where, { projection: { name: 1, deletedAt: 1 } }).toArray();
      return {
        pipelines: ofPipelines.map(({ _id, definition, deletedAt = 0 }) => ({ _id, name: definition.name, deletedAt })),
        projects: ofProjects.map(({ _id, name, deletedAt = 0 }) => ({ _id, name, deletedAt })),
      };
    },
    pipelinesOf: (projectId) => idsOf<PipelineId>('pipelines', projectId),
    async dropPipeline(pipelineId) {
      await ofPipeline('runners').deleteMany({ pipelineId });
      await ofPipeline('favourites').deleteMany({ pipelineId });
      await pipelines.deleteOne({ _id: pipelineId });
    },
    partsOfProject: async (projectId) => ({
      jobs: await idsOf<JobId>('jobs', projectId),
      endpoints: await idsOf<EndpointId>('endpoints', projectId),
      agents: await idsOf<AgentId>('agents', projectId),
      tokens: await idsOf<TokenId>('registrationTokens', projectId),
    }),
    async dropProject(_id) {
      await db.collection<Owned<string>>('uploads').deleteMany({ projectId: _id }); // bytes without an upload are swept
      await projects.deleteOne({ _id });
    },
  };
}

const runProjection = { projection: { projectId: 1, pipelineId: 1, number: 1, definitionId: 1, state: 1 } } as const;

type Projected = Pick<RunRecord, '_id' | 'projectId' | 'pipelineId' | 'number' | 'state'> & { readonly definitionId: DefinitionId };

const toRemove = (record: Projected | null): RunToRemove | undefined =>
  record === null
    ? undefined
    : {
        runId: record._id,
        projectId: record.projectId,
        pipelineId: record.pipelineId,
        number: record.number,
        definitionId: record.definitionId,
        isFinished: record.state === 'finished',
      };
const each = (record: Projected): RunToRemove[] => [toRemove(record) ?? []].flat();

/** Read by the index of numbers: the number that the newest ones begin with, then what lies below it. */
async function expired(
  runs: Collection<RunRecord>,
  { pipelineId, rule, limit }: { readonly pipelineId: PipelineId; readonly rule: RunsToExpire; readonly limit: number },
): Promise<readonly RunToRemove[]> {
  const beyond = async (kept: number, finishedBefore?: Instant): Promise<readonly RunToRemove[]> => {
    const [first] = await runs
      .find({ pipelineId }, { projection: { number: 1 } })
      .sort({ number: -1 })
      .skip(Math.max(0, kept - 1))
      .limit(1)
      .toArray();
    if (first === undefined) return [];
    const old = finishedBefore === undefined ? {} : { finishedAt: { $lt: finishedBefore } };
    const where = { pipelineId, number: { $lt: first.number }, state: 'finished' as const, ...old };
    return (await runs.find(where, runProjection).sort({ number: 1 }).limit(limit).toArray()).flatMap(each);
  };
  const tooMany = rule.most === undefined ? [] : await beyond(Math.max(rule.most, rule.always));
  if (tooMany.length > 0 || rule.finishedBefore === undefined) return tooMany;
  return beyond(rule.always, rule.finishedBefore);
}
