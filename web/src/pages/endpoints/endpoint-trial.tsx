import type { Endpoint } from '@drover/protocol/api';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../app/project.js';
import { isWholeHost } from './endpoint-draft.js';
import { TestButton } from './test-button.js';

/** E4: tests a saved Git endpoint with a repository of its host. */
export function EndpointTrial({ endpoint }: { readonly endpoint: Endpoint }) {
  const { t } = useTranslation();
  const mayTest = useMay(endpoint.projectId)('modify');
  const [repository, setRepository] = useState('');
  return (
    <>
      <TextInput
        label={t('endpoints.repository')}
        description={`${t(isWholeHost(endpoint.url) ? 'endpoints.repositoryHostHint' : 'endpoints.repositoryHint')} ${t('endpoints.savedIsTested')}`}
        placeholder={`${endpoint.url.replace(/\/+$/, '')}/team/project.git`}
        value={repository}
        disabled={!mayTest}
        onChange={(event) => setRepository(event.currentTarget.value)}
      />
      <TestButton endpoint={endpoint} repository={repository.trim()} />
    </>
  );
}
