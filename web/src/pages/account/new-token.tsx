import type { ApiToken } from '@drover/protocol/api';
import { Button, Checkbox, Modal, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { usePerson } from '../../app/session.js';
import { useQueryClient } from '@tanstack/react-query';
import { CopyText } from '../../parts/copy-text.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';

type Scope = ApiToken['scopes'][number];

/** Makes a token and shows its secret this once. */
export function NewTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { administrator } = usePerson();
  const cache = useQueryClient();
  const offered: readonly Scope[] = administrator ? ['read', 'write', 'administer'] : ['read', 'write'];
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly string[]>(['read']);
  const [days, setDays] = useState<number | string>(90);
  const [secret, setSecret] = useState<string | undefined>(undefined);
  const create = async (): Promise<void> => {
    const made = await post<{ readonly token: ApiToken; readonly secret: string }>('/me/tokens', {
      name: name.trim(),
      scopes,
      ...(days === '' ? {} : { expiresInDays: Number(days) }),
    });
    void cache.invalidateQueries({ queryKey: keys.tokens });
    setSecret(made.secret);
  };
  if (secret !== undefined) return <Secret secret={secret} onClose={onClose} />;
  return (
    <FormDialog
      title={t('account.newToken')}
      action={t('account.createToken')}
      onClose={() => undefined}
      onSubmit={create}
      fields={['/name', '/scopes', '/expiresInDays']}
      onCancel={onClose}
    >
      {(error) => (
        <>
          <TextInput
            data-autofocus
            label={t('account.tokenName')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt(error, '/name')}
          />
          <Checkbox.Group label={t('account.scopes')} value={[...scopes]} onChange={setScopes} error={errorAt(error, '/scopes')}>
            <div className="choices">
              {offered.map((scope) => (
                <Checkbox key={scope} value={scope} label={t(`account.${scope}`)} />
              ))}
            </div>
          </Checkbox.Group>
          <NumberInput
            label={t('account.days')}
            description={t('account.daysHint')}
            min={1}
            max={3_650}
            allowDecimal={false}
            w={200}
            value={days}
            onChange={setDays}
            error={errorAt(error, '/expiresInDays')}
          />
        </>
      )}
    </FormDialog>
  );
}

function Secret({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('account.secret')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      closeOnClickOutside={false}
    >
      <div className="dlg-form">
        <p className="soft">{t('common.showOnce')}</p>
        <div className="secret-box">
          <code className="mono grow">{secret}</code>
          <CopyText text={secret} />
        </div>
      </div>
      <footer className="dlg-foot">
        <Button variant="filled" onClick={onClose}>
          {t('account.done')}
        </Button>
      </footer>
    </Modal>
  );
}
