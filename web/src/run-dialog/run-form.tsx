import type { Pipeline, Refs } from '@drover/protocol/api';
import type { PipelineDefinition } from '@drover/protocol/definition';
import { Autocomplete, Button } from '@mantine/core';
import { IconGitBranch } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorAt, errorBeside } from '../api/problem.js';
import { Caps } from '../keys/keys.js';
import { Refusal } from '../parts/dialogs.js';
import { chosenTasks, runtimeParameters, type Choice } from './choice.js';
import { ParameterField } from './parameter-field.js';
import { StageTree } from './stage-tree.js';

interface FormProps {
  readonly pipeline: Pipeline;
  readonly refs: readonly UseQueryResult<Refs>[];
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
  readonly active: number | undefined;
  readonly error: unknown;
  readonly busy: boolean;
  readonly onStart: () => void;
}

/** Source, tasks, parameters, and what will happen. ⌘↵ starts. */
export function RunForm({ pipeline, refs, choice, onChange, active, error, busy, onStart }: FormProps) {
  const { t } = useTranslation();
  const { definition } = pipeline;
  const parameters = runtimeParameters(definition);
  const none = chosenTasks(definition, choice).length === 0;
  const beside = errorBeside(
    error,
    parameters.map(({ name }) => `/parameters/${name}`),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    onStart();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    onStart();
  };
  return (
    <form onSubmit={submit} onKeyDown={onKey} noValidate>
      <div className="dlg-form">
        {definition.sources.map((source, index) => (
          <SourceField
            key={index}
            label={
              definition.sources.length === 1 ? t('runDialog.source') : t('runDialog.sourceOf', { source: source.alias ?? source.url })
            }
            fallback={source.defaultBranch}
            query={refs[index]}
            value={choice.refs[index] ?? source.defaultBranch}
            error={errorAt(error, `/sources/${index}/ref`)}
            onChange={(name) => onChange({ ...choice, refs: { ...choice.refs, [index]: name } })}
          />
        ))}
        <StageTree definition={definition} choice={choice} onChange={onChange} />
        {none ? (
          <p className="field-error" role="alert">
            {t('runDialog.chooseOne')}
          </p>
        ) : null}
        {parameters.length === 0 ? null : (
          <fieldset className="run-parameters">
            <legend>{t('runDialog.parameters')}</legend>
            {parameters.map((parameter) => (
              <ParameterField
                key={parameter.name}
                parameter={parameter}
                isSet={pipeline.secretsSet.includes(parameter.name)}
                value={choice.values[parameter.name]}
                error={errorAt(error, `/parameters/${parameter.name}`)}
                onChange={(value) => onChange({ ...choice, values: { ...choice.values, [parameter.name]: value } })}
              />
            ))}
          </fieldset>
        )}
      </div>
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
      <footer className="dlg-foot">
        <span className="faint grow">
          <WhatHappens definition={definition} active={active} />
        </span>
        <Button
          type="submit"
          variant="filled"
          autoFocus
          data-autofocus
          loading={busy}
          disabled={none}
          rightSection={<Caps keys="mod+enter" />}
        >
          {t('runDialog.run')}
        </Button>
      </footer>
    </form>
  );
}

const standard = { maxRuns: 5, whenFull: 'queue' } as const;

function WhatHappens({ definition, active }: { readonly definition: PipelineDefinition; readonly active: number | undefined }) {
  const { t } = useTranslation();
  const { maxRuns, whenFull } = definition.concurrency ?? standard;
  if (active === undefined) return null;
  if (active < maxRuns) return <>{t('runDialog.startsAtOnce')}</>;
  return <>{t(whenFull === 'queue' ? 'runDialog.willQueue' : 'runDialog.willRefuse', { active, limit: maxRuns })}</>;
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
