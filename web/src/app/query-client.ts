import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/problem.js';

/** Refusals are final; only what may pass is tried again. Live messages keep data fresh, so nothing is polled. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
        staleTime: 5_000,
        refetchOnWindowFocus: false,
      },
    },
  });
