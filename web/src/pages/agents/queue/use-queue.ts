import type { Page, PipelineRow, RunSummary, RunView } from '@drover/protocol/api';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { useWatch } from '../../../live/live.js';
import type { Waiting } from '../../waiting/waiting-panel.js';

export interface QueueItem {
  readonly run: RunSummary | RunView;
  readonly subject: Waiting;
  readonly since: number | undefined;
}

const againMs = 5_000;
const pipelinesLooked = 100;
const runsLooked = 20;

/** Everything that the person may see and that waits: queued runs, and queued tasks of running ones; the longest wait first. */
export function useQueue(): UseQueryResult<readonly QueueItem[]> {
  useWatch({ type: 'watchRuns' });
  return useQuery({ queryKey: keys.queue, queryFn: readQueue, refetchInterval: againMs });
}

async function readQueue(): Promise<readonly QueueItem[]> {
  const { items } = await get<Page<PipelineRow>>('/pipelines', { pageSize: pipelinesLooked, sort: 'lastStart', order: 'descending' });
  const busy = items.filter(({ activeRuns, queuedRuns }) => activeRuns + queuedRuns > 0);
  const found = await Promise.all(busy.map(itemsOf));
  return found.flat().sort((a, b) => (a.since ?? 0) - (b.since ?? 0));
}

async function itemsOf(row: PipelineRow): Promise<QueueItem[]> {
  const list = (status: string): Promise<Page<RunSummary>> => get(`/pipelines/${row.id}/runs`, { status, days: 31, pageSize: runsLooked });
  const [queued, running] = await Promise.all([
    row.queuedRuns > 0 ? list('queued') : undefined,
    row.activeRuns > 0 ? list('running') : undefined,
  ]);
  const views = await Promise.all([...(queued?.items ?? []), ...(running?.items ?? [])].map((run) => get<RunView>(`/runs/${run.id}`)));
  return views.flatMap(waitingIn);
}

/** A run that waits for its turn stands for itself; else each of its tasks that waits for an agent does. */
function waitingIn(run: RunView): QueueItem[] {
  const name = `${run.pipelineName} #${run.number}`;
  const tasks = run.stages
    .flatMap((stage) => stage.tasks)
    .flatMap((task): QueueItem[] =>
      task.status === 'queued' && task.attemptId !== undefined
        ? [{ run, since: task.queuedAt, subject: { type: 'attempt', id: task.attemptId, name, task: task.name } }]
        : [],
    );
  if (tasks.length > 0) return tasks;
  return run.status === 'queued' ? [{ run, since: run.queuedAt, subject: { type: 'run', id: run.id, name } }] : [];
}
