import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import type { TFunction } from 'i18next';
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
        checked={step.submodules !== undefined && step.submodules !== false}
        onChange={(event) => set({ submodules: event.currentTarget.checked || undefined })}
      />
      <TextInput
        label={t('jobs.branches')}
        description={t('jobs.branchesHint')}
        value={typeof step.branches === 'object' ? step.branches.join(' ') : (step.branches ?? '')}
        error={at(`${path}/branches`)}
        onChange={(event) => set({ branches: branchesOf(event.currentTarget.value) })}
      />
      <div className="pair">
        <Select label={t('jobs.tags')} data={choices(t)} value={choiceOf(step.tags)} onChange={(value) => set({ tags: chosen(value) })} />
        <Select label={t('jobs.lfs')} data={choices(t)} value={choiceOf(step.lfs)} onChange={(value) => set({ lfs: chosen(value) })} />
      </div>
    </>
  );
}

/** Text as it is typed: a blank at its end begins the next name. */
function branchesOf(text: string): StepOf<'checkout'>['branches'] {
  const word = text.trimStart();
  if (word === '' || word === 'default' || word === 'all') return word === '' ? undefined : word;
  return word.split(/[\s,]/);
}

const choices = (t: TFunction) => [
  { value: 'usual', label: t('jobs.usual') },
  { value: 'yes', label: t('jobs.yes') },
  { value: 'no', label: t('jobs.no') },
];
const choiceOf = (value: boolean | undefined): string => (value === undefined ? 'usual' : value ? 'yes' : 'no');
const chosen = (value: string | null): boolean | undefined => (value === 'yes' ? true : value === 'no' ? false : undefined);
