import type { JobParameter } from '@drover/protocol/definition';
import { ActionIcon, Checkbox, Select, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../editor/check.js';
import { enumValues } from '../../editor/parameters.js';
import { useProblemAt } from '../editor/fields/problem-text.js';

interface FieldProps {
  readonly parameter: JobParameter;
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly replace: (next: JobParameter) => void;
}

/** One parameter: name, type, default, and whether tasks may give it a value. */
export function JobParameterCard({ remove, ...field }: FieldProps & { readonly remove: () => void }) {
  const { t } = useTranslation();
  const { parameter, path, problems, replace } = field;
  const at = useProblemAt(problems);
  return (
    <div className="box param-card">
      <div className="param-line">
        <TextInput
          label={t('editor.parameterName')}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          value={parameter.name}
          error={at(`${path}/name`)}
          onChange={(event) => replace({ ...parameter, name: event.currentTarget.value.trim() })}
        />
        <Select
          label={t('editor.type')}
          value={parameter.type}
          data={[
            { value: 'string', label: t('editor.string') },
            { value: 'enum', label: t('editor.enum') },
          ]}
          onChange={(type) => replace(retype(parameter, type))}
        />
        <DefaultField {...field} />
        <ActionIcon aria-label={t('jobs.removeParameter', { name: parameter.name })} onClick={remove}>
          <IconTrash size={16} />
        </ActionIcon>
      </div>
      <ValuesField {...field} />
      <Checkbox
        label={t('jobs.runtime')}
        checked={parameter.runtime ?? false}
        onChange={(event) => replace({ ...parameter, runtime: event.currentTarget.checked || undefined } as JobParameter)}
      />
    </div>
  );
}

/** The parameter as another type; its value stays. */
function retype(parameter: JobParameter, type: string | null): JobParameter {
  const common = { name: parameter.name, ...(parameter.runtime === undefined ? {} : { runtime: parameter.runtime }) };
  const value = parameter.value ?? '';
  return type === 'enum' ? { ...common, type: 'enum', values: value === '' ? [] : [value], value } : { ...common, type: 'string', value };
}

function DefaultField({ parameter, path, problems, replace }: FieldProps) {
  const { t } = useTranslation();
  const error = useProblemAt(problems)(`${path}/value`);
  return parameter.type === 'enum' ? (
    <Select
      label={t('jobs.default')}
      value={parameter.value}
      data={[...new Set(parameter.values.map((value) => value.trim()).filter((value) => value !== ''))]}
      error={error}
      onChange={(value) => replace({ ...parameter, value: value ?? '' })}
    />
  ) : (
    <TextInput
      label={t('jobs.default')}
      classNames={{ input: 'mono' }}
      value={parameter.value ?? ''}
      error={error}
      onChange={(event) => replace({ ...parameter, value: event.currentTarget.value })}
    />
  );
}

/** What an enum may be; blanks around the values are dropped when the field is left. */
function ValuesField({ parameter, path, problems, replace }: FieldProps) {
  const { t } = useTranslation();
  const at = useProblemAt(problems);
  if (parameter.type !== 'enum') return null;
  return (
    <TextInput
      label={t('editor.values')}
      description={t('editor.valuesHint')}
      value={parameter.values.join(',')}
      error={at(`${path}/values`)}
      onChange={(event) => replace({ ...parameter, values: enumValues(event.currentTarget.value) })}
      onBlur={() => replace({ ...parameter, values: parameter.values.map((value) => value.trim()) })}
    />
  );
}
