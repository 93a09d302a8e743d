import { NumberInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const minute = 60;

interface SecondsInputProps {
  readonly label: ReactNode;
  readonly description?: ReactNode;
  readonly seconds: number | undefined;
  readonly onChange: (seconds: number | undefined) => void;
  readonly error?: ReactNode;
  readonly disabled?: boolean;
  readonly unitSeconds?: number;
  readonly unit?: string;
  readonly placeholder?: string;
}

/** A duration in minutes (or another unit), kept in seconds; empty means none. */
export function SecondsInput({
  label,
  description,
  seconds,
  onChange,
  error,
  disabled = false,
  unitSeconds = minute,
  unit,
  placeholder,
}: SecondsInputProps) {
  const { t } = useTranslation();
  return (
    <NumberInput
      label={label}
      description={description}
      error={error}
      disabled={disabled}
      min={0}
      decimalScale={2}
      placeholder={placeholder ?? ''}
      suffix={` ${unit ?? t('common.minutes')}`}
      value={seconds === undefined ? '' : seconds / unitSeconds}
      onChange={(value) => onChange(value === '' || value === 0 ? undefined : Math.max(1, Math.round(Number(value) * unitSeconds)))}
    />
  );
}
