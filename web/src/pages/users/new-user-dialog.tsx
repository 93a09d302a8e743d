import type { User } from '@drover/protocol/api';
import { PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';
import { usePasswordError } from '../../parts/use-password-error.js';
import { useDone } from '../../parts/use-save.js';
import { languages } from '../../i18n/languages.js';

const empty = { name: '', displayName: '', password: '', administrator: false, language: 'en' };
type Draft = typeof empty;

/** A new local account; the person chooses an own password at the first sign-in. */
export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const [draft, setDraft] = useState(empty);
  const create = async (): Promise<void> => {
    const { displayName, ...rest } = draft;
    await post<User>('/users', { ...rest, ...(displayName === '' ? {} : { displayName }) });
    done(t('users.createdToast', { name: draft.name }), keys.users);
  };
  return (
    <FormDialog
      title={t('users.new')}
      action={t('users.create')}
      onClose={onClose}
      onSubmit={create}
      fields={['/name', '/displayName', '/password']}
    >
      {(error) => <NewUserFields draft={draft} set={(part) => setDraft({ ...draft, ...part })} error={error} />}
    </FormDialog>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
  readonly error: unknown;
}

function NewUserFields({ draft, set, error }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        data-autofocus
        label={t('users.name')}
        autoComplete="off"
        autoCapitalize="none"
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={errorAt(error, '/name')}
      />
      <TextInput
        label={t('users.displayName')}
        value={draft.displayName}
        onChange={(event) => set({ displayName: event.currentTarget.value })}
        error={errorAt(error, '/displayName')}
      />
      <PasswordInput
        label={t('users.password')}
        description={t('users.passwordHint')}
        autoComplete="new-password"
        value={draft.password}
        onChange={(event) => set({ password: event.currentTarget.value })}
        error={usePasswordError(draft.password, { names: [draft.name, draft.displayName], error, path: '/password' })}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      <Select
        label={t('users.language')}
        data={languages}
        value={draft.language}
        onChange={(language) => set({ language: language ?? 'en' })}
      />
      <Switch
        label={t('users.administrator')}
        description={t('users.administratorHint')}
        checked={draft.administrator}
        onChange={(event) => set({ administrator: event.currentTarget.checked })}
      />
    </>
  );
}
