import type { Page, PipelineRow } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { put, remove } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { sayRefusal } from '../../../parts/use-save.js';

/** Sets or clears a favourite: shown at once, taken back if the controller refuses. */
export function useFavourite(): (pipelineId: string, favourite: boolean) => void {
  const cache = useQueryClient();
  const show = (pipelineId: string, favourite: boolean): void => {
    cache.setQueriesData<Page<PipelineRow>>(
      { queryKey: keys.pipelineLists },
      (page) => page && { ...page, items: page.items.map((row) => (row.id === pipelineId ? { ...row, favourite } : row)) },
    );
  };
  return (pipelineId, favourite) => {
    show(pipelineId, favourite);
    const path = `/pipelines/${pipelineId}/favourite`;
    (favourite ? put(path) : remove(path)).then(
      () => void cache.invalidateQueries({ queryKey: keys.favourites }),
      (refusal: unknown) => {
        show(pipelineId, !favourite);
        sayRefusal(refusal);
      },
    );
  };
}
