import type { ExecutorChoice } from '@drover/protocol/definition';
import { SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { tidy } from '../../../../editor/definition.js';

interface ExecutorProps {
  readonly executor: ExecutorChoice | undefined;
  readonly inherits: boolean;
  readonly disabled: boolean;
  readonly onChange: (executor: ExecutorChoice | undefined) => void;
  readonly error: (part: string) => ReactNode;
}

/** W9: on the machine or in a container; a task may leave it to its job. */
export function ExecutorFields({ executor, inherits, disabled, onChange, error }: ExecutorProps) {
  const { t } = useTranslation();
  const kind = executor?.type ?? 'asJob';
  const choose = (next: string): void =>
    onChange(next === 'docker' ? { type: 'docker', image: '' } : next === 'shell' ? { type: 'shell' } : undefined);
  const kinds = [...(inherits ? (['asJob'] as const) : []), 'shell', 'docker'] as const;
  return (
    <>
      <div>
        <p className="field-label">{t('editor.executor')}</p>
        <SegmentedControl
          fullWidth
          disabled={disabled}
          value={kind}
          onChange={choose}
          data={kinds.map((value) => ({ value, label: t(`editor.${value}`) }))}
        />
      </div>
      {executor?.type === 'docker' ? (
        <div className="pair">
          <TextInput
            label={t('editor.image')}
            classNames={{ input: 'mono' }}
            disabled={disabled}
            value={executor.image}
            error={error('image')}
            onChange={(event) => onChange({ ...executor, image: event.currentTarget.value })}
          />
          <TextInput
            label={t('editor.registry')}
            disabled={disabled}
            value={executor.registry ?? ''}
            error={error('registry')}
            onChange={(event) => onChange(tidy({ ...executor, registry: event.currentTarget.value || undefined }) as ExecutorChoice)}
          />
        </div>
      ) : null}
    </>
  );
}
