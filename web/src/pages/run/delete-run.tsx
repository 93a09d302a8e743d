import type { RunView } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { toast } from '../../parts/overlays/toasts.js';

/** Asks before a run is deleted, then opens the history. */
export function DeleteRun({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const confirm = async (): Promise<void> => {
    await remove(`/runs/${run.id}`);
    toast('succeeded', t('run.deleted', { number: run.number }));
    void cache.invalidateQueries({ queryKey: keys.runLists(run.pipelineId) });
    void cache.invalidateQueries({ queryKey: keys.pipelineLists });
    void navigate(paths.history(run.pipelineId));
  };
  return (
    <ConfirmDialog
      title={t('run.deleteTitle', { number: run.number })}
      action={t('run.deleteAction')}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t('run.deleteText')}
    </ConfirmDialog>
  );
}
