import { Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../../api/problem.js';
import { CredentialRemoval } from './credential-removal.js';
import type { DraftFieldProps } from './endpoint-draft.js';

/** What Git needs over SSH: a key, and the hosts that are trusted. */
export const SshFields = (field: DraftFieldProps) => (
  <>
    <KeyText {...field} credential="privateKey" maxRows={6} />
    <KeyText {...field} credential="knownHosts" maxRows={4} />
  </>
);

interface KeyTextProps extends DraftFieldProps {
  readonly credential: 'privateKey' | 'knownHosts';
  readonly maxRows: number;
}

function KeyText({ credential, maxRows, ...field }: KeyTextProps) {
  const { t } = useTranslation();
  const { draft, set, stored, error } = field;
  return (
    <>
      <Textarea
        label={t(`endpoints.${credential}`)}
        description={stored(credential) ? t('endpoints.kept') : undefined}
        autosize
        minRows={2}
        maxRows={maxRows}
        classNames={{ input: 'mono' }}
        value={draft[credential]}
        onChange={(event) => set({ [credential]: event.currentTarget.value })}
        error={errorAt(error, `/${credential}`)}
      />
      <CredentialRemoval {...field} credential={credential} />
    </>
  );
}
