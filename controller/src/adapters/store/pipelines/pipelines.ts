import type { UpdateFilter } from 'mongodb';
import type { Connection } from 'mongoose';
import { deletedNameKey } from '../../../domain/projects/project.js';
import type { PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import type { PipelineChange, PipelineStore } from '../../../services/ports/stores/pipelines.js';
import { checked, isDuplicate, maybeNumber, number, recordsOf, text, type Records } from '../shared/records.js';

export const pipelineRecords = (connection: Connection): Records<PipelineRecord> =>
  recordsOf<PipelineRecord>(connection, {
    collection: 'pipelines',
    fields: {
      projectId: text,
      nameKey: text,
      version: number,
      definition: checked,
      secrets: checked,
      nextNumber: number,
      autoIncrement: checked,
      pendingStarts: checked,
      sample: { type: Boolean },
      createdAt: number,
      createdBy: text,
      changedAt: number,
      changedBy: text,
      deletedAt: maybeNumber,
    },
    indexes: [[{ projectId: 1, nameKey: 1 }, { unique: true }]],
  });

const alive = { deletedAt: { $exists: false } };

export function createPipelineStore({ native, insert }: Records<PipelineRecord>): PipelineStore {
  return {
    insert: async (pipeline) => ((await insert(pipeline)) === 'inserted' ? 'inserted' : 'nameTaken'),
    byId: async (pipelineId) => (await native.findOne({ _id: pipelineId, ...alive })) ?? undefined,
    ofProject: (projectId) =>
      native
        .find({ projectId, ...alive })
        .sort({ nameKey: 1 })
        .toArray(),
    async heads(projects) {
      const where = projects === 'all' ? alive : { projectId: { $in: [...projects] }, ...alive };
      const found = await native.find(where, { projection: { projectId: 1, 'definition.name': 1, createdBy: 1 } }).toArray();
      return found.map(({ _id, projectId, definition, createdBy }) => ({ _id, projectId, name: definition.name, createdBy }));
    },
    async replace(pipelineId, version, change) {
      try {
        const { matchedCount } = await native.updateOne({ _id: pipelineId, version, ...alive }, updateOf(version, change));
        return matchedCount === 1 ? 'replaced' : 'versionConflict';
      } catch (error) {
        if (isDuplicate(error)) return 'nameTaken';
        throw error;
      }
    },
    async unmarkSamples(pipelineIds) {
      if (pipelineIds.length > 0) await native.updateMany({ _id: { $in: [...pipelineIds] }, sample: true }, { $unset: { sample: '' } });
    },
    remove: async ({ _id, nextNumber }, at) =>
      (await native.updateOne({ _id, nextNumber, ...alive }, { $set: { deletedAt: at, nameKey: deletedNameKey(_id) } })).modifiedCount ===
      1,
  };
}

/** Changing a pipeline takes the mark of the sample off; what runs count up stays as it is. */
function updateOf(version: number, { resetAutoIncrement, ...change }: PipelineChange): UpdateFilter<PipelineRecord> {
  const gone = Object.fromEntries(resetAutoIncrement.map((name) => [`autoIncrement.${name}`, '']));
  return { $set: { ...change, version: version + 1 }, $unset: { sample: '', ...gone } };
}
