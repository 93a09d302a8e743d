import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Credential, DraftFieldProps } from './endpoint-draft.js';

/** Takes away a stored credential; offered as long as no new one is typed. */
export function CredentialRemoval({ draft, set, stored, credential }: DraftFieldProps & { readonly credential: Credential }) {
  const { t } = useTranslation();
  if (!stored(credential) || draft[credential] !== '') return null;
  const removed = draft.removed.includes(credential);
  return (
    <Checkbox
      label={t('endpoints.removeCredential')}
      checked={removed}
      onChange={() => set({ removed: removed ? draft.removed.filter((one) => one !== credential) : [...draft.removed, credential] })}
    />
  );
}
