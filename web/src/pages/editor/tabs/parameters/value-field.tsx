import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemAt } from '../../fields/problem-text.js';
import type { ParameterFieldProps } from './parameter-field.js';
import { SecretField } from './secret-field.js';

/** What it has for a value, by its type. */
export function ValueField({ editor, index, parameter, replace, secretsSet, next, copied, disabled }: ParameterFieldProps) {
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
        <GrowingField
          value={parameter.value}
          next={next?.[parameter.name]}
          error={error}
          disabled={disabled}
          onChange={(value) => replace({ ...parameter, value }, 'value')}
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

interface GrowingProps {
  readonly value: string;
  /** What runs have counted it up to; undefined before the first. */
  readonly next: string | undefined;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
}

/** P5: shows what the next run takes. The draft keeps the stored value until somebody types another one: the controller continues counting meanwhile. */
function GrowingField({ value, next, error, disabled, onChange }: GrowingProps) {
  const { t } = useTranslation();
  const [stored] = useState(value);
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const counts = value === stored && next !== undefined;
  return (
    <TextInput
      label={t('editor.value')}
      description={counts ? t('editor.nextValue', { value: next }) : t('editor.autoIncrementHint')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      classNames={{ input: 'mono' }}
      disabled={disabled}
      value={counts ? (typed ?? next) : value}
      error={error}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(event.currentTarget.value);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
