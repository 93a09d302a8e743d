import type { ProjectId } from '@drover/protocol';
import type { Package } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { size } from '../../format/amounts.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { toast } from '../../parts/overlays/toasts.js';

interface DeleteProps {
  readonly projectId: ProjectId;
  readonly version: Package;
  readonly onClose: () => void;
}

/** Asks before a version goes. */
export function DeleteVersion({ projectId, version: { id, name, version, sizeBytes }, onClose }: DeleteProps) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const forget = async (): Promise<void> => {
    await remove(`/packages/${id}`);
    toast('succeeded', t('packages.deleted', { name, version }));
    await cache.invalidateQueries({ queryKey: keys.packages(projectId) });
  };
  return (
    <ConfirmDialog
      title={t('packages.deleteTitle', { name, version })}
      action={t('packages.deleteAction')}
      onConfirm={forget}
      onClose={onClose}
    >
      {t('packages.deleteText', { size: size(sizeBytes) })}
    </ConfirmDialog>
  );
}
