import type { PipelineRow } from '@drover/protocol/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { paths } from '../../../app/paths.js';
import { useRunDialog } from '../../../app/run-dialog.js';
import { useKeys } from '../../../keys/keys.js';
import { useFavourite } from './use-favourite.js';

/** J and K walk the rows; ↵, R, E and S act on the one they stand on. Returns its id. `place` resets the walk. */
export function useListKeys(rows: readonly PipelineRow[], place: string): string | undefined {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const openRun = useRunDialog();
  const favour = useFavourite();
  const [at, setAt] = useState<{ place: string; id: string } | undefined>(undefined);
  const index = at?.place === place ? rows.findIndex(({ id }) => id === at.id) : -1;
  const row = rows[index];
  const move = (step: number): void => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, index + step))];
    if (next !== undefined) setAt({ place, id: next.id });
  };
  useKeys([
    { keys: 'j', label: t('pipelines.keyDown'), run: () => move(1) },
    { keys: 'k', label: t('pipelines.keyUp'), run: () => move(-1) },
    {
      keys: 'Enter',
      label: t('pipelines.keyOpenLong'),
      run: () => {
        if (row !== undefined) void navigate(row.newestRun === undefined ? paths.history(row.id) : paths.run(row.id, row.newestRun.number));
      },
    },
    {
      keys: 'r',
      label: t('pipelines.keyRunLong'),
      run: () => {
        if (row?.mayExecute === true) openRun(row.id);
      },
    },
    {
      keys: 'e',
      label: t('pipelines.keyEditLong'),
      run: () => {
        if (row?.mayModify === true) void navigate(paths.edit(row.id));
      },
    },
    {
      keys: 's',
      label: t('pipelines.keyFavouriteLong'),
      run: () => {
        if (row !== undefined) favour(row.id, !row.favourite);
      },
    },
  ]);
  return row?.id;
}
