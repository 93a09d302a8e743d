import type { Endpoint, EndpointTest } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client.js';
import { useMay } from '../../app/project.js';
import { ApiError, sayError } from '../../api/problem.js';
import { sentenceOrQuote } from '../../i18n/sentences.js';
import { StatusMark } from '../../parts/runs/status-mark.js';

/** E4: tries the endpoint, with the repository if there is one, and shows the exact result beside the button. */
export function TestButton({ endpoint, repository = '' }: { readonly endpoint: Endpoint; readonly repository?: string }) {
  const { t } = useTranslation();
  const test = useMutation({
    mutationFn: () => post<EndpointTest>(`/endpoints/${endpoint.id}/test`, repository === '' ? {} : { repository }),
  });
  const mayTest = useMay(endpoint.projectId)('modify');
  const ok = test.data?.ok ?? false;
  return (
    <div className="row test-row">
      <Button
        size="xs"
        loading={test.isPending}
        disabled={!mayTest}
        title={mayTest ? undefined : t('endpoints.mayNotTest')}
        onClick={() => test.mutate()}
        aria-label={t('endpoints.testNamed', { name: endpoint.name })}
      >
        {t('endpoints.test')}
      </Button>
      <span aria-live="polite" className={ok ? 'test-result soft' : 'test-result says failed'}>
        {test.data === undefined && !(test.error instanceof ApiError) ? null : (
          <>
            <StatusMark size={14} status={ok ? 'succeeded' : 'failed'} />{' '}
            {test.data === undefined ? test.error instanceof ApiError ? sayError(test.error) : null : <Found {...test.data} />}
          </>
        )}
      </span>
    </div>
  );
}

/** What was found in a sentence, then the words of Git or of the registry. */
function Found({ result, detail, tookMs }: EndpointTest) {
  const { t } = useTranslation();
  const isSaid = result === 'repositoryNeeded' || result === 'forbidden';
  return (
    <>
      {result === undefined ? null : <>{t(`endpoints.results.${result}`)} </>}
      {isSaid ? null : <>{sentenceOrQuote(detail)} </>}
      <span className="faint num">{t('endpoints.took', { ms: tookMs })}</span>
    </>
  );
}
