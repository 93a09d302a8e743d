import type { Pipeline, Refs } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { FormEvent, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorAt, errorBeside } from '../api/problem.js';
import { Caps } from '../keys/keys.js';
import { Refusal } from '../parts/overlays/dialogs.js';
import { chosenTasks, defaultValue, runtimeParameters, type Choice } from './choice.js';
import { ParameterField } from './parameter-field.js';
import { SourceFields } from './source-fields.js';
import { StageTree } from './stage-tree.js';

interface FormProps {
  readonly pipeline: Pipeline;
  readonly refs: readonly UseQueryResult<Refs>[];
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
  readonly error: unknown;
  readonly busy: boolean;
  readonly onStart: () => void;
}

/** Source, tasks, parameters, and what will happen. ⌘↵ starts. */
export function RunForm({ pipeline, refs, choice, onChange, error, busy, onStart }: FormProps) {
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
        <SourceFields sources={definition.sources} refs={refs} choice={choice} onChange={onChange} error={error} />
        <StageTree definition={definition} choice={choice} onChange={onChange} />
        {none ? (
          <p className="field-error" role="alert">
            {t('runDialog.chooseOne')}
          </p>
        ) : null}
        <ParameterFields pipeline={pipeline} parameters={parameters} choice={choice} onChange={onChange} error={error} />
      </div>
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
      <footer className="dlg-foot">
        <span className="faint grow">
          <WhatHappens pipeline={pipeline} />
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

interface ParametersProps extends Pick<FormProps, 'pipeline' | 'choice' | 'onChange' | 'error'> {
  readonly parameters: ReturnType<typeof runtimeParameters>;
}

/** The parameters that are asked when a run starts. */
function ParameterFields({ pipeline, parameters, choice, onChange, error }: ParametersProps) {
  const { t } = useTranslation();
  if (parameters.length === 0) return null;
  return (
    <fieldset className="run-parameters">
      <legend>{t('runDialog.parameters')}</legend>
      {parameters.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          next={defaultValue(parameter, pipeline.autoIncrement)}
          isSet={pipeline.secretsSet.includes(parameter.name)}
          value={choice.values[parameter.name]}
          error={errorAt(error, `/parameters/${parameter.name}`)}
          onChange={(value) => onChange({ ...choice, values: { ...choice.values, [parameter.name]: value } })}
        />
      ))}
    </fieldset>
  );
}

const standard = { maxRuns: 5, whenFull: 'queue' } as const;

function WhatHappens({ pipeline: { definition, activeRuns: active } }: Pick<FormProps, 'pipeline'>) {
  const { t } = useTranslation();
  const { maxRuns, whenFull } = definition.concurrency ?? standard;
  if (active < maxRuns) return <>{t('runDialog.startsAtOnce')}</>;
  return <>{t(whenFull === 'queue' ? 'runDialog.willQueue' : 'runDialog.willRefuse', { active, limit: maxRuns })}</>;
}
