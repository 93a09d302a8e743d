import type { PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import type { PipelineStartStore } from '../../../services/ports/engine/pipelines.js';
import type { Records } from '../shared/records.js';
import { newest } from '../../../shared/newest-reads.js';

/** What starting a run changes of a pipeline; the rest of it belongs to the pipelines' own store. */
export const createPipelineStartStore = ({ native }: Records<PipelineRecord>): PipelineStartStore => ({
  read: async (pipelineId) => (await native.findOne({ _id: pipelineId }, newest)) ?? undefined,
  async number(before, start) {
    const { _id, version, nextNumber } = before;
    const change = changeOf(before, start);
    const marked = before.sample === true ? { sample: true } : {};
    const asRead = { _id, version, nextNumber, deletedAt: { $exists: false }, ...marked, ...noneSettledSince(before) };
    const { matchedCount } = await native.updateOne(asRead, { $set: change });
    return matchedCount === 1 ? { ...before, ...change } : undefined;
  },
  settle: async (pipelineId, runIds) => {
    if (runIds.length > 0) await native.updateOne({ _id: pipelineId }, { $pull: { pendingStarts: { runId: { $in: [...runIds] } } } });
  },
  withPending: () => native.find({ 'pendingStarts.0': { $exists: true } }).toArray(),
});

/** While `nextNumber` is as it was read no start was noted since, so that a note can only have gone: then the last place is empty. Written whole, the notes would bring it back for good. */
const noneSettledSince = ({ pendingStarts }: PipelineRecord) =>
  pendingStarts.length === 0 ? {} : { [`pendingStarts.${pendingStarts.length - 1}`]: { $exists: true } };

/** While the notes are as they were read they can be written whole, which keeps them few. */
function changeOf(
  { nextNumber, pendingStarts }: PipelineRecord,
  { pending, autoIncrement, inserted }: Parameters<PipelineStartStore['number']>[1],
) {
  const waiting = inserted === undefined ? pendingStarts : pendingStarts.filter(({ runId }) => !inserted.has(runId));
  return { nextNumber: nextNumber + 1, autoIncrement, pendingStarts: [...waiting, pending] };
}
