import { ActionIcon, Button, Checkbox, PasswordInput, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { predefinedOf } from '../../editor/check.js';
import { tidy, type Parameter } from '../../editor/definition.js';
import { changeType, enumValues, parameterTypes } from '../../editor/parameters.js';
import { Empty } from '../../parts/states.js';
import { useProblemAt } from './fields/problem-text.js';
import type { Editor } from './shell/use-editor.js';
import { Tip } from '../../parts/tip.js';

interface ParametersProps {
  readonly editor: Editor;
  readonly secretsSet: readonly string[];
  readonly copied: boolean;
  readonly disabled: boolean;
}

/** P1–P5 and P9: the pipeline's parameters, and the predefined ones to read. */
export function ParametersTab({ editor, secretsSet, copied, disabled }: ParametersProps) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const add = (): void => change({ ...definition, parameters: [...definition.parameters, { name: '', type: 'string', value: '' }] });
  const addButton = disabled ? null : (
    <Button leftSection={<IconPlus size={16} />} onClick={add}>
      {t('editor.addParameter')}
    </Button>
  );
  return (
    <div className="scroll">
      <div className="body wide">
        <p className="soft">{t('editor.parametersText')}</p>
        {definition.parameters.length === 0 ? <Empty title={t('editor.noParameters')} actions={addButton} /> : null}
        {definition.parameters.map((parameter, index) => (
          <ParameterCard
            key={index}
            editor={editor}
            index={index}
            parameter={parameter}
            secretsSet={secretsSet}
            copied={copied}
            disabled={disabled}
          />
        ))}
        {definition.parameters.length === 0 ? null : <div>{addButton}</div>}
        <section className="part">
          <h2>{t('editor.predefined')}</h2>
          <p className="faint">{t('editor.predefinedText')}</p>
          <div className="row chips">
            {predefinedOf(definition).map((name) => (
              <span key={name} className="chip mono">
                {name}
              </span>
            ))}
          </div>
        </section>
      </div>
    </div>
  );
}

interface CardProps extends ParametersProps {
  readonly index: number;
  readonly parameter: Parameter;
}

function ParameterCard({ editor, index, parameter, secretsSet, copied, disabled }: CardProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const { definition, change } = editor;
  const path = `/parameters/${index}`;
  const replace = (next: Parameter, field?: string): void =>
    change(
      { ...definition, parameters: definition.parameters.map((one, place) => (place === index ? tidy<Parameter>(next) : one)) },
      field === undefined ? undefined : `parameter ${index} ${field}`,
    );
  return (
    <section className="box param-card" aria-label={parameter.name}>
      <div className="param-line">
        <TextInput
          label={t('editor.parameterName')}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          disabled={disabled}
          value={parameter.name}
          error={at(`${path}/name`)}
          onChange={(event) => replace({ ...parameter, name: event.currentTarget.value.trim() }, 'name')}
        />
        <Select
          label={t('editor.type')}
          disabled={disabled}
          value={parameter.type}
          data={parameterTypes.map((value) => ({ value, label: t(`editor.${value}`) }))}
          onChange={(type) => replace(changeType(parameter, type ?? 'string'))}
        />
        <ValueField
          editor={editor}
          index={index}
          parameter={parameter}
          replace={replace}
          secretsSet={secretsSet}
          copied={copied}
          disabled={disabled}
        />
        {disabled ? (
          <span />
        ) : (
          <Tip label={t('editor.removeParameter', { name: parameter.name })}>
            <ActionIcon
              aria-label={t('editor.removeParameter', { name: parameter.name })}
              onClick={() => change({ ...definition, parameters: definition.parameters.filter((_, place) => place !== index) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tip>
        )}
      </div>
      {parameter.type === 'enum' ? (
        <TextInput
          label={t('editor.values')}
          description={t('editor.valuesHint')}
          disabled={disabled}
          value={parameter.values.join(',')}
          error={at(`${path}/values`)}
          onChange={(event) => replace({ ...parameter, values: enumValues(event.currentTarget.value) }, 'values')}
          onBlur={() => replace({ ...parameter, values: parameter.values.map((value) => value.trim()) }, 'values')}
        />
      ) : null}
      <div className="pair">
        <TextInput
          placeholder={t('editor.description')}
          aria-label={t('editor.description')}
          disabled={disabled}
          value={parameter.description ?? ''}
          onChange={(event) => replace({ ...parameter, description: event.currentTarget.value || undefined } as Parameter, 'description')}
        />
        <Checkbox
          label={t('editor.runtime')}
          disabled={disabled}
          checked={parameter.runtime ?? false}
          onChange={(event) => replace({ ...parameter, runtime: event.currentTarget.checked || undefined } as Parameter)}
        />
      </div>
    </section>
  );
}

interface ValueProps extends CardProps {
  readonly replace: (next: Parameter, field?: string) => void;
}

function ValueField({ editor, index, parameter, replace, secretsSet, copied, disabled }: ValueProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const error = at(`/parameters/${index}/value`);
  switch (parameter.type) {
    case 'string':
      return (
        <TextInput
          label={t('editor.value')}
          classNames={{ input: 'mono' }}
          disabled={disabled}
          value={parameter.value ?? ''}
          error={error}
          onChange={(event) => replace({ ...parameter, value: event.currentTarget.value }, 'value')}
        />
      );
    case 'autoIncrement':
      return (
        <TextInput
          label={t('editor.value')}
          description={t('editor.autoIncrementHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          classNames={{ input: 'mono' }}
          disabled={disabled}
          value={parameter.value}
          error={error}
          onChange={(event) => replace({ ...parameter, value: event.currentTarget.value }, 'value')}
        />
      );
    case 'enum':
      return (
        <Select
          label={t('editor.value')}
          disabled={disabled}
          value={parameter.value}
          data={[...new Set(parameter.values.map((value) => value.trim()).filter((value) => value !== ''))]}
          error={error}
          onChange={(value) => replace({ ...parameter, value: value ?? '' })}
        />
      );
    case 'secret':
      return (
        <SecretField
          editor={editor}
          name={parameter.name}
          isSet={secretsSet.includes(parameter.name)}
          copied={copied}
          disabled={disabled}
        />
      );
  }
}

/** P3: a secret's value goes in and is never shown again. */
function SecretField({
  editor,
  name,
  isSet,
  copied,
  disabled,
}: {
  readonly editor: Editor;
  readonly name: string;
  readonly isSet: boolean;
  readonly copied: boolean;
  readonly disabled: boolean;
}) {
  const { t } = useTranslation();
  const { secrets, setSecrets } = editor;
  const typed = secrets[name];
  const set = (value: string | null | undefined): void => {
    const { [name]: _, ...rest } = secrets;
    setSecrets(value === undefined ? rest : { ...rest, [name]: value });
  };
  const state = isSet ? (copied ? t('editor.secretCopied') : t('editor.secretSet')) : t('editor.secretNotSet');
  return (
    <div>
      <PasswordInput
        label={t('editor.value')}
        autoComplete="new-password"
        disabled={disabled || name === '' || typed === null}
        value={typed ?? ''}
        description={state}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        onChange={(event) => set(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      {isSet && !copied && !disabled ? (
        <button type="button" className="faint link-s link-btn" onClick={() => set(typed === null ? undefined : null)}>
          {t(typed === null ? 'editor.keepSecret' : 'editor.clearSecret')}
        </button>
      ) : null}
    </div>
  );
}
