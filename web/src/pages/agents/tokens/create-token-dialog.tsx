import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { FormDialog } from '../../../parts/overlays/dialogs.js';
import { TokenFields, useTokenScopes, type TokenDraft } from './token-fields.js';
import { TokenShown, type MadeToken } from './token-shown.js';

/** G1: a token for the whole farm or one project, for a number of agents, until it expires. Its secret is shown once. */
export function CreateTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { administrator, mine } = useTokenScopes();
  const [draft, setDraft] = useState<TokenDraft>({ name: '', uses: 1, hours: 24, projectId: administrator ? '' : (mine[0]?.id ?? '') });
  const [made, setMade] = useState<MadeToken | undefined>(undefined);
  // The form closes itself when it is done or cancelled: then the secret is shown, if there is one.
  const result = useRef<MadeToken | undefined>(undefined);
  const closed = (): void => (result.current === undefined ? onClose() : setMade(result.current));
  const create = async (): Promise<void> => {
    result.current = await post<MadeToken>('/registration-tokens', {
      name: draft.name.trim(),
      uses: draft.uses,
      expiresInHours: draft.hours,
      ...(draft.projectId === '' ? {} : { projectId: draft.projectId }),
    });
    await cache.invalidateQueries({ queryKey: keys.registrationTokens });
  };
  if (made !== undefined) return <TokenShown made={made} onClose={onClose} />;
  return (
    <FormDialog
      title={t('agents.tokens.createTitle')}
      action={t('agents.tokens.createAction')}
      onSubmit={create}
      onClose={closed}
      fields={['/name', '/uses', '/expiresInHours', '/projectId']}
    >
      {(error) => <TokenFields draft={draft} set={(part) => setDraft({ ...draft, ...part })} error={error} />}
    </FormDialog>
  );
}
