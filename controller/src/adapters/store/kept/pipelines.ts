import type { PipelineId } from '@drover/protocol';
import type { PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import type { PipelineStartStore } from '../../../services/ports/engine/pipelines.js';
import type { PipelineStore } from '../../../services/ports/stores/pipelines.js';
import { Kept } from './kept.js';

/** Those that are run now; some 10 KB each. */
const bounds = { largest: 500, largestBytes: 16_000_000 };

export type KeptPipelines = Kept<PipelineId, PipelineRecord>;

/** For both stores that write pipelines. */
export const createKeptPipelines = (): KeptPipelines => new Kept(bounds);

/** Pipelines by their ids, in memory. */
export function keepPipelines(store: PipelineStore, kept: KeptPipelines): PipelineStore {
  return {
    ...store,
    insert: (pipeline) => kept.insert(pipeline._id, () => store.insert(pipeline)),
    async byId(pipelineId) {
      const pipeline = await kept.get(pipelineId, () => store.byId(pipelineId));
      return pipeline?.deletedAt === undefined ? pipeline : undefined;
    },
    replace: (pipelineId, version, change) => kept.write(pipelineId, () => store.replace(pipelineId, version, change)),
    unmarkSamples: (pipelineIds) =>
      kept.writeWhere(
        ({ _id }) => pipelineIds.includes(_id),
        () => store.unmarkSamples(pipelineIds),
      ),
    remove: (pipeline, at) => kept.write(pipeline._id, () => store.remove(pipeline, at)),
  };
}

/** What starting runs reads and writes of pipelines; what a write itself tells stays in memory for the next start. */
export function keepPipelineStarts(store: PipelineStartStore, kept: KeptPipelines): PipelineStartStore {
  return {
    ...store,
    /** Asking for the pipeline alone does not find a deleted one, and neither did a read that was shared. */
    read: async (pipelineId) => (await kept.get(pipelineId, () => store.read(pipelineId))) ?? store.read(pipelineId),
    number(before, start) {
      const isNewest = kept.peek(before._id) === before;
      return kept.write(
        before._id,
        () => store.number(before, start),
        (after) => (isNewest ? after : undefined),
      );
    },
    settle: (pipelineId, runIds) => kept.write(pipelineId, () => store.settle(pipelineId, runIds)),
  };
}
