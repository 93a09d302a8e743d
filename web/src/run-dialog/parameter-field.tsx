import type { Parameter } from '@drover/protocol/definition';
import { PasswordInput, Select, TextInput, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface FieldProps {
  readonly parameter: Parameter;
  /** What the run takes while it has not been touched. */
  readonly next: string;
  /** A secret that has a value in the pipeline. */
  readonly isSet: boolean;
  /** Undefined while it has not been touched. */
  readonly value: string | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** One runtime parameter, in the manner of its type. */
export function ParameterField({ parameter, next, isSet, value, error, onChange }: FieldProps) {
  const { t } = useTranslation();
  const common = {
    label: <span className="mono">{parameter.name}</span>,
    description: parameter.description,
    error,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
  };
  switch (parameter.type) {
    case 'secret':
      return (
        <PasswordInput
          {...common}
          value={value ?? ''}
          onChange={(event) => onChange(event.currentTarget.value)}
          autoComplete="off"
          placeholder={isSet ? t('runDialog.secretSet') : ''}
        />
      );
    case 'enum':
      return (
        <Select {...common} data={parameter.values} value={value ?? next} onChange={(chosen) => chosen !== null && onChange(chosen)} />
      );
    case 'autoIncrement':
      return (
        <TextInput
          {...common}
          description={common.description ?? t('runDialog.grows')}
          value={value ?? next}
          onChange={(event) => onChange(event.currentTarget.value)}
          className="num"
        />
      );
    case 'string': {
      const text = value ?? next;
      return text.includes('\n') ? (
        <Textarea {...common} autosize maxRows={8} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <TextInput {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
      );
    }
  }
}
