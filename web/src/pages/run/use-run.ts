import type { AttemptView, Package, RunView } from '@drover/protocol/api';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useWatch } from '../../live/live.js';

/** A run by its pipeline and number, kept up to date by the live link. */
export function useRun(pipelineId: string, number: number): UseQueryResult<RunView> {
  const cache = useQueryClient();
  const byNumber = useQuery({
    queryKey: keys.runNumber(pipelineId, number),
    queryFn: async () => {
      const run = await get<RunView>(`/pipelines/${pipelineId}/runs/${number}`);
      cache.setQueryData<RunView>(keys.run(run.id), (known) => (known && known.revision > run.revision ? known : run));
      return run;
    },
  });
  const id = byNumber.data?.id;
  const live = useQuery({
    queryKey: keys.run(id ?? ''),
    queryFn: async () => {
      const run = await get<RunView>(`/runs/${id ?? ''}`);
      const told = cache.getQueryData<RunView>(keys.run(run.id)); // the link may have been faster than the answer
      return told !== undefined && told.revision > run.revision ? told : run;
    },
    enabled: id !== undefined,
    staleTime: 30_000,
  });
  useWatch(id === undefined ? undefined : { type: 'watchRun', runId: id });
  return live.data === undefined ? byNumber : live;
}

/** An attempt's end may be told a moment before its log is proven complete: then it is read again until it is. */
const sealingMs = 1_000;
const isUnsealed = (attempt: AttemptView): boolean => attempt.state === 'finished' && attempt.log.state === 'live';

/** The attempts of a task, oldest first. */
export function useAttempts(run: RunView, taskKey: string | undefined): UseQueryResult<readonly AttemptView[]> {
  return useQuery({
    queryKey: keys.attempts(run.id, taskKey ?? ''),
    queryFn: () => get<readonly AttemptView[]>(`/runs/${run.id}/attempts`, { taskKey }),
    enabled: taskKey !== undefined,
    refetchInterval: ({ state }) => (state.data?.some(isUnsealed) === true ? sealingMs : false),
  });
}

/** What the tasks of a run have uploaded. */
export const runPackagesQuery = (run: RunView) =>
  ({ queryKey: keys.runPackages(run.id), queryFn: () => get<readonly Package[]>(`/runs/${run.id}/packages`) }) as const;
