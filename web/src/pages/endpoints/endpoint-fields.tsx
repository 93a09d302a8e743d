import { PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../../api/problem.js';
import { CredentialRemoval } from './credential-removal.js';
import type { DraftFieldProps } from './endpoint-draft.js';

/** What every endpoint has: kind, name, address, and who signs in there. The kind is chosen once. */
export function EndpointFields({ isNew, ...field }: DraftFieldProps & { readonly isNew: boolean }) {
  const { t } = useTranslation();
  const { draft, set, error } = field;
  return (
    <>
      {isNew ? <KindChoice {...field} /> : null}
      <TextInput
        data-autofocus
        label={t('endpoints.name')}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={errorAt(error, '/name')}
      />
      <TextInput
        label={t('endpoints.url')}
        description={t(draft.kind === 'git' ? 'endpoints.gitUrlHint' : 'endpoints.registryUrlHint')}
        value={draft.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        error={errorAt(error, '/url')}
      />
      <TextInput
        label={t('endpoints.user')}
        autoComplete="off"
        value={draft.user}
        onChange={(event) => set({ user: event.currentTarget.value })}
        error={errorAt(error, '/user')}
      />
      <PasswordField {...field} />
    </>
  );
}

function KindChoice({ draft, set }: DraftFieldProps) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      aria-label={t('endpoints.kind')}
      value={draft.kind}
      onChange={(kind) => set({ kind: kind === 'dockerRegistry' ? 'dockerRegistry' : 'git' })}
      data={[
        { value: 'git', label: t('endpoints.git') },
        { value: 'dockerRegistry', label: t('endpoints.dockerRegistry') },
      ]}
    />
  );
}

function PasswordField(field: DraftFieldProps) {
  const { t } = useTranslation();
  const { draft, set, stored, error } = field;
  return (
    <>
      <PasswordInput
        label={t('endpoints.password')}
        autoComplete="new-password"
        description={stored('password') ? t('endpoints.kept') : undefined}
        value={draft.password}
        onChange={(event) => set({ password: event.currentTarget.value })}
        error={errorAt(error, '/password')}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      <CredentialRemoval {...field} credential="password" />
    </>
  );
}
