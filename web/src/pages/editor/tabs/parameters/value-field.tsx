import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProblemAt } from '../../fields/problem-text.js';
import type { ParameterFieldProps } from './parameter-field.js';
import { SecretField } from './secret-field.js';

/** What it has for a value, by its type. */
export function ValueField({ editor, index, parameter, replace, secretsSet, copied, disabled }: ParameterFieldProps) {
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
