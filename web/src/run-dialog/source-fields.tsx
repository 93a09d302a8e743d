import type { Refs } from '@drover/protocol/api';
import type { PipelineDefinition } from '@drover/protocol/definition';
import { Autocomplete } from '@mantine/core';
import { IconGitBranch } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../api/problem.js';
import type { Choice } from './choice.js';

interface FieldsProps {
  readonly sources: PipelineDefinition['sources'];
  readonly refs: readonly UseQueryResult<Refs>[];
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
  readonly error: unknown;
}

/** From which branch, tag or commit each source is taken. */
export function SourceFields({ sources, refs, choice, onChange, error }: FieldsProps) {
  const { t } = useTranslation();
  return sources.map((source, index) => (
    <SourceField
      key={index}
      label={sources.length === 1 ? t('runDialog.source') : t('runDialog.sourceOf', { source: source.alias ?? source.url })}
      fallback={source.defaultBranch}
      query={refs[index]}
      value={choice.refs[index] ?? source.defaultBranch}
      error={errorAt(error, `/sources/${index}/ref`)}
      onChange={(name) => onChange({ ...choice, refs: { ...choice.refs, [index]: name } })}
    />
  ));
}

interface SourceProps {
  readonly label: string;
  readonly fallback: string;
  readonly query: UseQueryResult<Refs> | undefined;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (name: string) => void;
}

const mostShown = 50;

/** Offers branches and tags; any commit can be typed. */
function SourceField({ label, fallback, query, value, error, onChange }: SourceProps) {
  const { t } = useTranslation();
  const listed = query?.data;
  useEffect(() => {
    document.querySelector<HTMLInputElement>('.run-source input')?.select();
  }, []);
  const commit = [...(listed?.branches ?? []), ...(listed?.tags ?? [])].find(({ name }) => name === value)?.commit;
  const branches = listed?.branches.map(({ name }) => name) ?? [];
  const hint = query?.isError === true ? t('runDialog.refsFailed') : listed?.truncated === true ? t('runDialog.refsTruncated') : undefined;
  return (
    <Autocomplete
      className="run-source"
      label={label}
      value={value}
      onChange={onChange}
      data-autofocus
      limit={mostShown}
      leftSection={<IconGitBranch size={16} stroke={1.75} />}
      openOnFocus={false}
      rightSectionWidth={84}
      rightSection={<span className="mono faint">{commit?.slice(0, 8)}</span>}
      data={[
        { group: t('runDialog.branches'), items: [...new Set([fallback, ...branches])] },
        {
          group: t('runDialog.tags'),
          items: (listed?.tags ?? []).map(({ name }) => name).filter((name) => !branches.includes(name) && name !== fallback),
        },
      ]}
      description={hint}
      error={error ?? (value.trim() === '' ? t('runDialog.needed') : undefined)}
      comboboxProps={{ withinPortal: true }}
    />
  );
}
