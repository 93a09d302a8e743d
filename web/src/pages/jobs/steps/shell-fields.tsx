import { Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProblemAt } from '../../editor/fields/problem-text.js';
import type { StepOf, StepPartProps } from './step-part.js';

/** A script, what reads it, and where. */
export function ShellFields({ step, path, problems, set }: StepPartProps<StepOf<'shell'>>) {
  const { t } = useTranslation();
  const at = useProblemAt(problems);
  return (
    <>
      <Textarea
        label={t('jobs.script')}
        autosize
        minRows={4}
        maxRows={20}
        classNames={{ input: 'mono script' }}
        spellCheck={false}
        value={step.script}
        error={at(`${path}/script`)}
        onChange={(event) => set({ script: event.currentTarget.value })}
      />
      <div className="pair">
        <Select
          label={t('jobs.interpreter')}
          value={step.shell ?? ''}
          data={[
            { value: '', label: t('jobs.mayBash') },
            { value: 'bash', label: 'bash' },
            { value: 'sh', label: 'sh' },
          ]}
          onChange={(shell) => set({ shell: shell || undefined })}
        />
        <TextInput
          label={t('jobs.workingDirectory')}
          placeholder={t('jobs.workingDirectoryHint')}
          value={step.workingDirectory ?? ''}
          error={at(`${path}/workingDirectory`)}
          onChange={(event) => set({ workingDirectory: event.currentTarget.value || undefined })}
        />
      </div>
    </>
  );
}
