import type { Refs } from '@drover/protocol/api';
import { Autocomplete, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../../../../api/client.js';
import { sayFault } from '../../../../api/fault-words.js';
import { ApiError, sayError } from '../../../../api/problem.js';
import { tidy } from '../../../../editor/definition.js';
import type { SourceFieldProps } from './source-field.js';

/** The default branch, typed or chosen from what the remote has; its own default is taken where the present one is missing there. */
export function BranchField({ source, projectId, disabled, set, at, path }: SourceFieldProps) {
  const { t } = useTranslation();
  const refs = useMutation({
    mutationFn: () => post<Refs>(`/projects/${projectId}/refs`, tidy({ url: source.url, endpoint: source.endpoint })),
  });
  const list = (): void =>
    refs.mutate(undefined, {
      onSuccess: ({ defaultBranch, branches }) => {
        if (defaultBranch !== undefined && !branches.some(({ name }) => name === source.defaultBranch)) set({ defaultBranch });
      },
    });
  return (
    <>
      <div className="row branch-row">
        <Autocomplete
          label={t('editor.branch')}
          description={t('editor.branchHint')}
          className="grow"
          disabled={disabled}
          limit={50}
          data={refs.data?.branches.map(({ name }) => name) ?? []}
          value={source.defaultBranch}
          error={at(`${path}/defaultBranch`)}
          onChange={(defaultBranch) => set({ defaultBranch }, 'branch')}
        />
        {disabled ? null : (
          <Button loading={refs.isPending} disabled={source.url === ''} onClick={list}>
            {t('editor.loadRefs')}
          </Button>
        )}
      </div>
      <RefsNote refs={refs.data} error={refs.error} />
    </>
  );
}

/** How many branches the remote has, or why it was not to be asked. */
function RefsNote({ refs, error }: { readonly refs: Refs | undefined; readonly error: Error | null }) {
  const { t } = useTranslation();
  return (
    <p aria-live="polite" className={error === null ? 'faint' : 'says failed'}>
      {error instanceof ApiError
        ? error.errors[0] === undefined
          ? sayError(error)
          : sayFault(error.errors[0])
        : refs === undefined
          ? null
          : t('editor.refsFound', { count: refs.branches.length })}
    </p>
  );
}
