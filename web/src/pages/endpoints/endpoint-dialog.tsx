import type { Endpoint, EndpointInput } from '@drover/protocol/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';
import { emptyDraft, inputOf, type Credential, type EndpointDraft } from './endpoint-draft.js';
import { EndpointFields } from './endpoint-fields.js';
import { EndpointTrial } from './endpoint-trial.js';
import { SshFields } from './ssh-fields.js';

interface DialogProps {
  readonly projectId: string;
  readonly endpoint?: Endpoint;
  readonly onClose: () => void;
}

/** Makes or changes an endpoint. A stored credential stays unless a new one is typed or its removal ticked. */
export function EndpointDialog({ projectId, endpoint, onClose }: DialogProps) {
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
          <EndpointFields draft={draft} set={set} stored={stored} error={error} isNew={endpoint === undefined} />
          {draft.kind === 'git' ? <SshFields draft={draft} set={set} stored={stored} error={error} /> : null}
          {endpoint?.kind === 'git' ? <EndpointTrial endpoint={endpoint} /> : null}
        </>
      )}
    </FormDialog>
  );
}
