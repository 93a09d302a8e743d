import type { FarmView } from '@drover/protocol/api';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useWatch } from '../../live/live.js';

/** Slots of the whole farm and how many tasks wait, live. */
export function useFarm(): UseQueryResult<FarmView> {
  useWatch({ type: 'watchFarm' });
  return useQuery({ queryKey: keys.farm, queryFn: () => get<FarmView>('/farm'), staleTime: 60_000 });
}
