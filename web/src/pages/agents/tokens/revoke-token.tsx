import type { RegistrationToken } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { remove } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { ConfirmDialog } from '../../../parts/overlays/dialogs.js';
import { toast } from '../../../parts/overlays/toasts.js';

/** Asks before a token is made worthless. */
export function RevokeToken({ token: { id, name }, onClose }: { readonly token: RegistrationToken; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const revoke = async (): Promise<void> => {
    await remove(`/registration-tokens/${id}`);
    toast('succeeded', t('agents.tokens.revoked', { name }));
    await cache.invalidateQueries({ queryKey: keys.registrationTokens });
  };
  return (
    <ConfirmDialog
      title={t('agents.tokens.revokeTitle', { name })}
      action={t('agents.tokens.revokeAction')}
      onConfirm={revoke}
      onClose={onClose}
    >
      {t('agents.tokens.revokeText')}
    </ConfirmDialog>
  );
}
