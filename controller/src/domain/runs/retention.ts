import type { Instant } from '@drover/protocol';
import type { RunRetention } from '@drover/protocol/definition';

/** The newest runs of a pipeline stay, however old they are: people look for what went well last. */
export const alwaysKeptRuns = 20;
const dayMs = 86_400_000;
/** From the first start that knows retention to the first deletion: time to change it before old runs are gone. */
export const retentionWaitMs = 7 * dayMs;

/** V1, O4: which finished runs of a pipeline go. What the pipeline says itself comes before the farm's settings. */
export function runsToExpire(
  farm: RunRetention,
  own: RunRetention | undefined,
  now: Instant,
): { readonly always: number; readonly finishedBefore?: Instant; readonly most?: number } {
  const { days, runs } = { ...farm, ...own };
  return {
    always: Math.min(alwaysKeptRuns, runs ?? alwaysKeptRuns),
    ...(days === undefined ? {} : { finishedBefore: now - days * dayMs }),
    ...(runs === undefined ? {} : { most: runs }),
  };
}
