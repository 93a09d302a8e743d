import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { toast } from '../../parts/overlays/toasts.js';

interface DeleteProps {
  readonly row: { readonly id: string; readonly name: string; readonly newestRun?: { readonly number: number } | undefined };
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

/** L2: names the pipeline and what goes with it. */
export function DeletePipeline({ row, onClose, onDeleted }: DeleteProps) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const confirm = async (): Promise<void> => {
    await remove(`/pipelines/${row.id}`);
    toast('succeeded', t('pipelines.deleted', { name: row.name }));
    void cache.invalidateQueries({ queryKey: keys.pipelineLists });
    void cache.invalidateQueries({ queryKey: keys.tally });
    void cache.invalidateQueries({ queryKey: keys.projects });
    onDeleted?.();
  };
  return (
    <ConfirmDialog
      title={t('pipelines.deleteTitle', { name: row.name })}
      action={t('pipelines.deleteAction')}
      onConfirm={confirm}
      onClose={onClose}
    >
      {row.newestRun === undefined ? t('pipelines.deleteTextNone') : t('pipelines.deleteText', { count: row.newestRun.number })}
    </ConfirmDialog>
  );
}
