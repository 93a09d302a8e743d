import type { Endpoint, EndpointInput } from '@drover/protocol/api';
import { Checkbox, PasswordInput, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { FormDialog } from '../../parts/dialogs.js';
import { useDone } from '../../parts/use-save.js';
import { emptyDraft, inputOf, type Credential, type EndpointDraft } from './endpoint-draft.js';

/** Makes or changes an endpoint. A stored credential stays unless a new one is typed or its removal ticked. */
export function EndpointDialog({
  projectId,
  endpoint,
  onClose,
}: {
  readonly projectId: string;
  readonly endpoint?: Endpoint;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const done = useDone();
  const [draft, setDraft] = useState<EndpointDraft>(() => emptyDraft(endpoint));
  const set = (part: Partial<EndpointDraft>): void => setDraft({ ...draft, ...part });
  const save = async (): Promise<void> => {
    const input: EndpointInput = inputOf(draft);
    if (endpoint === undefined) await post(`/projects/${projectId}/endpoints`, input);
    else await put(`/endpoints/${endpoint.id}`, input);
    done(t(endpoint === undefined ? 'endpoints.created' : 'endpoints.saved', { name: input.name }), keys.endpoints(projectId));
  };
  const stored = (credential: Credential): boolean => endpoint?.credentials.includes(credential) ?? false;
  return (
    <FormDialog
      title={endpoint === undefined ? t('endpoints.new') : t('endpoints.edit', { name: endpoint.name })}
      action={endpoint === undefined ? t('endpoints.create') : t('common.save')}
      size={520}
      onClose={onClose}
      onSubmit={save}
      fields={['/name', '/url', '/user', '/password', '/privateKey', '/knownHosts']}
    >
      {(error) => (
        <>
          {endpoint === undefined ? (
            <SegmentedControl
              aria-label={t('endpoints.kind')}
              value={draft.kind}
              onChange={(kind) => set({ kind: kind === 'dockerRegistry' ? 'dockerRegistry' : 'git' })}
              data={[
                { value: 'git', label: t('endpoints.git') },
                { value: 'dockerRegistry', label: t('endpoints.dockerRegistry') },
              ]}
            />
          ) : null}
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
          <PasswordInput
            label={t('endpoints.password')}
            autoComplete="new-password"
            description={stored('password') ? t('endpoints.kept') : undefined}
            value={draft.password}
            onChange={(event) => set({ password: event.currentTarget.value })}
            error={errorAt(error, '/password')}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          />
          <Removal stored={stored('password')} credential="password" draft={draft} set={set} />
          {draft.kind === 'git' ? (
            <>
              <Textarea
                label={t('endpoints.privateKey')}
                description={stored('privateKey') ? t('endpoints.kept') : undefined}
                autosize
                minRows={2}
                maxRows={6}
                classNames={{ input: 'mono' }}
                value={draft.privateKey}
                onChange={(event) => set({ privateKey: event.currentTarget.value })}
                error={errorAt(error, '/privateKey')}
              />
              <Removal stored={stored('privateKey')} credential="privateKey" draft={draft} set={set} />
              <Textarea
                label={t('endpoints.knownHosts')}
                description={stored('knownHosts') ? t('endpoints.kept') : undefined}
                autosize
                minRows={2}
                maxRows={4}
                classNames={{ input: 'mono' }}
                value={draft.knownHosts}
                onChange={(event) => set({ knownHosts: event.currentTarget.value })}
                error={errorAt(error, '/knownHosts')}
              />
              <Removal stored={stored('knownHosts')} credential="knownHosts" draft={draft} set={set} />
            </>
          ) : null}
        </>
      )}
    </FormDialog>
  );
}

function Removal({
  stored,
  credential,
  draft,
  set,
}: {
  readonly stored: boolean;
  readonly credential: Credential;
  readonly draft: EndpointDraft;
  readonly set: (part: Partial<EndpointDraft>) => void;
}) {
  const { t } = useTranslation();
  if (!stored || draft[credential] !== '') return null;
  const removed = draft.removed.includes(credential);
  return (
    <Checkbox
      label={t('endpoints.removeCredential')}
      checked={removed}
      onChange={() => set({ removed: removed ? draft.removed.filter((one) => one !== credential) : [...draft.removed, credential] })}
    />
  );
}
