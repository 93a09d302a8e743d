import type { User } from '@drover/protocol/api';
import { PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch, post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { FormDialog } from '../../parts/dialogs.js';
import { useDone } from '../../parts/use-save.js';

export const languages = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '简体中文' },
];

/** A new local account; the person chooses an own password at the first sign-in. */
export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const [draft, setDraft] = useState({ name: '', displayName: '', password: '', administrator: false, language: 'en' });
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
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
      {(error) => (
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
            error={errorAt(error, '/password')}
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
      )}
    </FormDialog>
  );
}

export function ChangeUserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const [draft, setDraft] = useState({
    displayName: user.displayName,
    password: '',
    administrator: user.administrator,
    disabled: user.disabled,
  });
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
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
      {(error) => (
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
            error={errorAt(error, '/password')}
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
      )}
    </FormDialog>
  );
}
