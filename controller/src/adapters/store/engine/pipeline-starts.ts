import type { PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import type { PipelineStartStore } from '../../../services/ports/engine/pipelines.js';
import type { Records } from '../shared/records.js';

/** What starting a run changes of a pipeline; the rest of it belongs to the pipelines' own store. */
export const createPipelineStartStore = ({ native }: Records<PipelineRecord>): PipelineStartStore => ({
  read: async (pipelineId) => (await native.findOne({ _id: pipelineId })) ?? undefined,
  number: async (before, { pending, autoIncrement }) =>
    (await native.findOneAndUpdate(
      { _id: before._id, version: before.version, nextNumber: before.nextNumber, deletedAt: { $exists: false } },
      { $inc: { nextNumber: 1 }, $set: { autoIncrement }, $push: { pendingStarts: pending } },
      { returnDocument: 'after' },
    )) ?? undefined,
  settle: async (pipelineId, runIds) => {
    if (runIds.length > 0) await native.updateOne({ _id: pipelineId }, { $pull: { pendingStarts: { runId: { $in: [...runIds] } } } });
  },
  withPending: () => native.find({ 'pendingStarts.0': { $exists: true } }).toArray(),
});
