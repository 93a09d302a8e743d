import type { Endpoint } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client.js';
import { ApiError } from '../../api/problem.js';
import { StatusMark } from '../../parts/runs/status-mark.js';

interface Result {
  readonly ok: boolean;
  readonly detail: string;
  readonly tookMs: number;
}

/** E4: tries the endpoint and shows the exact result beside the button. */
export function TestButton({ endpoint }: { readonly endpoint: Endpoint }) {
  const { t } = useTranslation();
  const test = useMutation({ mutationFn: () => post<Result>(`/endpoints/${endpoint.id}/test`) });
  const detail = test.data?.detail ?? (test.error instanceof ApiError ? test.error.detail : undefined);
  const ok = test.data?.ok ?? false;
  return (
    <div className="row test-row">
      <Button
        size="xs"
        loading={test.isPending}
        onClick={() => test.mutate()}
        aria-label={t('endpoints.testNamed', { name: endpoint.name })}
      >
        {t('endpoints.test')}
      </Button>
      <span aria-live="polite" className={ok ? 'test-result soft' : 'test-result says failed'}>
        {detail === undefined ? null : (
          <>
            <StatusMark size={14} status={ok ? 'succeeded' : 'failed'} /> {detail}{' '}
            {test.data === undefined ? null : <span className="faint num">{t('endpoints.took', { ms: test.data.tookMs })}</span>}
          </>
        )}
      </span>
    </div>
  );
}
