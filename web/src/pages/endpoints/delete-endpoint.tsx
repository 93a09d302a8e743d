import type { Endpoint } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';

interface DeleteProps {
  readonly endpoint: Endpoint;
  readonly projectId: string;
  readonly onClose: () => void;
}

/** Asks before an endpoint goes, and names the places that use it. */
export function DeleteEndpoint({ endpoint: { id, name, usedBy }, projectId, onClose }: DeleteProps) {
  const { t } = useTranslation();
  const done = useDone();
  return (
    <ConfirmDialog
      title={t('endpoints.deleteTitle', { name })}
      action={t('endpoints.delete')}
      onClose={onClose}
      onConfirm={() => remove(`/endpoints/${id}`).then(() => done(t('endpoints.deleted', { name }), keys.endpoints(projectId)))}
    >
      {t('endpoints.deleteText')}{' '}
      {usedBy.length === 0
        ? null
        : t('endpoints.deleteUsed', { places: usedBy.map(({ pipeline, place }) => `${pipeline} (${place})`).join(t('common.comma')) })}
    </ConfirmDialog>
  );
}
