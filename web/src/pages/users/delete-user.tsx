import type { User } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';

/** Asks before an account is deleted. */
export function DeleteUser({ user: { id, name }, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const confirm = async (): Promise<void> => {
    await remove(`/users/${id}`);
    done(t('users.deleted', { name }), keys.users);
  };
  return (
    <ConfirmDialog title={t('users.deleteTitle', { name })} action={t('users.deleteAction')} onConfirm={confirm} onClose={onClose}>
      {t('users.deleteText')}
    </ConfirmDialog>
  );
}
