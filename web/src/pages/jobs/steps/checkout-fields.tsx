import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProblemAt } from '../../editor/fields/problem-text.js';
import type { StepOf, StepPartProps } from './step-part.js';

/** Which source is fetched, to where, and how much of it. */
export function CheckoutFields({ step, path, problems, set }: StepPartProps<StepOf<'checkout'>>) {
  const { t } = useTranslation();
  const at = useProblemAt(problems);
  return (
    <>
      <div className="pair">
        <TextInput
          label={t('jobs.source')}
          description={t('jobs.sourceHint')}
          value={step.source ?? ''}
          error={at(`${path}/source`)}
          onChange={(event) => set({ source: event.currentTarget.value.trim() || undefined })}
        />
        <TextInput
          label={t('jobs.path')}
          description={t('jobs.workingDirectoryHint')}
          value={step.path ?? ''}
          error={at(`${path}/path`)}
          onChange={(event) => set({ path: event.currentTarget.value || undefined })}
        />
      </div>
      <NumberInput
        label={t('jobs.depth')}
        description={t('jobs.depthHint')}
        min={0}
        max={1_000_000}
        allowDecimal={false}
        value={step.depth ?? ''}
        error={at(`${path}/depth`)}
        onChange={(depth) => set({ depth: depth === '' ? undefined : Number(depth) })}
      />
      <Checkbox
        label={t('jobs.submodules')}
        checked={step.submodules ?? false}
        onChange={(event) => set({ submodules: event.currentTarget.checked || undefined })}
      />
    </>
  );
}
