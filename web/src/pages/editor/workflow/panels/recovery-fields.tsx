import type { RecoveryPolicy } from '@drover/protocol/definition';
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SecondsInput } from '../../fields/seconds-input.js';

const usualWaitSeconds = 600;

/** G6: how long a silent agent is waited for, and what then. */
export function RecoveryFields({
  recovery,
  disabled,
  onChange,
}: {
  readonly recovery: RecoveryPolicy | undefined;
  readonly disabled: boolean;
  readonly onChange: (recovery: RecoveryPolicy | undefined) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t('editor.recovery')}
        disabled={disabled}
        value={recovery === undefined ? 'usual' : 'own'}
        data={[
          { value: 'usual', label: t('editor.recoveryDefault') },
          { value: 'own', label: t('editor.recoveryOwn') },
        ]}
        onChange={(value) => onChange(value === 'own' ? { waitSeconds: usualWaitSeconds, then: 'rerun' } : undefined)}
      />
      {recovery === undefined ? null : (
        <div className="pair">
          <SecondsInput
            label={t('editor.waitMinutes')}
            disabled={disabled}
            seconds={recovery.waitSeconds}
            onChange={(seconds) => onChange({ ...recovery, waitSeconds: seconds ?? 0 })}
          />
          <Select
            label={t('editor.then')}
            disabled={disabled}
            value={recovery.then}
            data={[
              { value: 'rerun', label: t('editor.thenRerun') },
              { value: 'fail', label: t('editor.thenFail') },
            ]}
            onChange={(then) => onChange({ ...recovery, then: then === 'fail' ? 'fail' : 'rerun' })}
          />
        </div>
      )}
    </>
  );
}
