import type { Page, QueueItem } from '@drover/protocol/api';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { useWatch } from '../../../live/live.js';

const againMs = 5_000;
const pageSize = 50;

/** A page of what waits in the projects that the person may see. */
export function useQueue(page: number): UseQueryResult<Page<QueueItem>> {
  useWatch({ type: 'watchRuns' });
  return useQuery({
    queryKey: keys.queuePage(page),
    queryFn: () => get<Page<QueueItem>>('/queue', { page, pageSize }),
    refetchInterval: againMs,
    placeholderData: keepPreviousData,
  });
}
