import { TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SecondsInput } from '../../fields/seconds-input.js';
import { ExecutorFields } from './executor-fields.js';
import { RecoveryFields } from './recovery-fields.js';
import type { TaskFieldProps } from './task-field.js';

/** Time limit, labels, executor and recovery of a task. */
export function HowItRuns({ jobLabels, ...field }: TaskFieldProps & { readonly jobLabels: readonly string[] }) {
  const { t } = useTranslation();
  const { task, disabled, set, at } = field;
  return (
    <fieldset>
      <legend>{t('editor.howItRuns')}</legend>
      <SecondsInput
        label={t('editor.timeLimit')}
        description={t('editor.timeLimitHint')}
        disabled={disabled}
        seconds={task.timeoutSeconds}
        error={at('timeoutSeconds')}
        onChange={(timeoutSeconds) => set({ timeoutSeconds }, 'timeout')}
      />
      <TagsInput
        label={t('editor.labels')}
        description={
          jobLabels.length === 0 ? t('editor.labelsHintNone') : t('editor.labelsHint', { labels: jobLabels.join(t('common.comma')) })
        }
        disabled={disabled}
        value={[...(task.labels ?? [])]}
        error={at('labels')}
        onChange={(labels) => set({ labels: labels.length === 0 ? undefined : labels })}
      />
      <ExecutorFields
        executor={task.executor}
        inherits
        disabled={disabled}
        onChange={(executor) => set({ executor }, 'executor')}
        error={(part) => at(`executor/${part}`)}
      />
      <RecoveryFields recovery={task.recovery} disabled={disabled} onChange={(recovery) => set({ recovery }, 'recovery')} />
    </fieldset>
  );
}
