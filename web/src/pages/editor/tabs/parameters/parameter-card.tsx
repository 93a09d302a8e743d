import { ActionIcon, Checkbox, Select, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { tidy, type Parameter } from '../../../../editor/definition.js';
import { changeType, enumValues, parameterTypes } from '../../../../editor/parameters.js';
import { Tip } from '../../../../parts/overlays/tip.js';
import { useProblemAt } from '../../fields/problem-text.js';
import type { ParameterFieldProps, ParameterProps } from './parameter-field.js';
import { ValueField } from './value-field.js';

/** One parameter of the pipeline. */
export function ParameterCard(props: ParameterProps) {
  const { editor, index, parameter } = props;
  const { definition, change } = editor;
  const { parameters } = definition;
  const replace = (next: Parameter, field?: string): void =>
    change(
      { ...definition, parameters: parameters.map((one, place) => (place === index ? tidy<Parameter>(next) : one)) },
      field === undefined ? undefined : `parameter ${index} ${field}`,
    );
  const remove = (): void => change({ ...definition, parameters: parameters.filter((_, place) => place !== index) });
  return (
    <section className="box param-card" aria-label={parameter.name}>
      <div className="param-line">
        <NameAndType {...props} replace={replace} />
        <ValueField {...props} replace={replace} />
        {props.disabled ? <span /> : <RemoveParameter name={parameter.name} remove={remove} />}
      </div>
      <EnumValues {...props} replace={replace} />
      <DescriptionAndRuntime {...props} replace={replace} />
    </section>
  );
}

function NameAndType({ editor, index, parameter, disabled, replace }: ParameterFieldProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  return (
    <>
      <TextInput
        label={t('editor.parameterName')}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        disabled={disabled}
        value={parameter.name}
        error={at(`/parameters/${index}/name`)}
        onChange={(event) => replace({ ...parameter, name: event.currentTarget.value.trim() }, 'name')}
      />
      <Select
        label={t('editor.type')}
        disabled={disabled}
        value={parameter.type}
        data={parameterTypes.map((value) => ({ value, label: t(`editor.${value}`) }))}
        onChange={(type) => replace(changeType(parameter, type ?? 'string'))}
      />
    </>
  );
}

function RemoveParameter({ name, remove }: { readonly name: string; readonly remove: () => void }) {
  const { t } = useTranslation();
  return (
    <Tip label={t('editor.removeParameter', { name })}>
      <ActionIcon aria-label={t('editor.removeParameter', { name })} onClick={remove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Tip>
  );
}

/** P4: what an enum may be; blanks around the values are dropped when the field is left. */
function EnumValues({ editor, index, parameter, disabled, replace }: ParameterFieldProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  if (parameter.type !== 'enum') return null;
  return (
    <TextInput
      label={t('editor.values')}
      description={t('editor.valuesHint')}
      disabled={disabled}
      value={parameter.values.join(',')}
      error={at(`/parameters/${index}/values`)}
      onChange={(event) => replace({ ...parameter, values: enumValues(event.currentTarget.value) }, 'values')}
      onBlur={() => replace({ ...parameter, values: parameter.values.map((value) => value.trim()) }, 'values')}
    />
  );
}

function DescriptionAndRuntime({ parameter, disabled, replace }: ParameterFieldProps) {
  const { t } = useTranslation();
  return (
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
  );
}
