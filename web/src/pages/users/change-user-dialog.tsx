import type { User } from '@drover/protocol/api';
import { PasswordInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';
import { usePasswordError } from '../../parts/use-password-error.js';
import { useDone } from '../../parts/use-save.js';

interface Draft {
  readonly displayName: string;
  readonly password: string;
  readonly administrator: boolean;
  readonly disabled: boolean;
}

/** Changes an account; an empty password stays as it is. */
export function ChangeUserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const { displayName, administrator, disabled } = user;
  const [draft, setDraft] = useState<Draft>({ displayName, password: '', administrator, disabled });
  const save = async (): Promise<void> => {
    const { password, ...rest } = draft;
    await patch(`/users/${user.id}`, { ...rest, ...(password === '' ? {} : { password }) });
    done(t('users.saved', { name: user.name }), keys.users);
  };
  return (
    <FormDialog
      title={t('users.edit', { name: user.name })}
      action={t('common.save')}
      onClose={onClose}
      onSubmit={save}
      fields={['/displayName', '/password']}
    >
      {(error) => <ChangeUserFields name={user.name} draft={draft} set={(part) => setDraft({ ...draft, ...part })} error={error} />}
    </FormDialog>
  );
}

interface FieldsProps {
  readonly name: string;
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
  readonly error: unknown;
}

function ChangeUserFields({ name, draft, set, error }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        data-autofocus
        label={t('users.displayName')}
        value={draft.displayName}
        onChange={(event) => set({ displayName: event.currentTarget.value })}
        error={errorAt(error, '/displayName')}
      />
      <PasswordInput
        label={t('users.newPassword')}
        description={t('users.newPasswordHint')}
        autoComplete="new-password"
        value={draft.password}
        onChange={(event) => set({ password: event.currentTarget.value })}
        error={usePasswordError(draft.password, { names: [name, draft.displayName], error, path: '/password' })}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      <Switch
        label={t('users.administrator')}
        description={t('users.administratorHint')}
        checked={draft.administrator}
        onChange={(event) => set({ administrator: event.currentTarget.checked })}
      />
      <Switch
        label={t('users.disabled')}
        description={t('users.disabledHint')}
        checked={draft.disabled}
        onChange={(event) => set({ disabled: event.currentTarget.checked })}
      />
    </>
  );
}
