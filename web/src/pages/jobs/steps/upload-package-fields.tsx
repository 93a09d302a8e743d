import { Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { problemsBelow } from '../../../editor/problems.js';
import { sayProblem, useProblemAt } from '../../editor/fields/problem-text.js';
import type { StepOf, StepPartProps } from './step-part.js';

type PartProps = StepPartProps<StepOf<'uploadPackage'>>;

/** Which files become a package, and under what name and version it is kept. */
export function UploadPackageFields(part: PartProps) {
  const { t } = useTranslation();
  const { step, path, problems, set } = part;
  const at = useProblemAt(problems);
  return (
    <>
      <FilesField {...part} />
      <div className="pair">
        <TextInput
          label={t('jobs.package')}
          description={' '}
          classNames={{ input: 'mono' }}
          value={step.package}
          error={at(`${path}/package`)}
          onChange={(event) => set({ package: event.currentTarget.value })}
        />
        <TextInput
          label={t('jobs.version')}
          description={t('jobs.versionHint')}
          classNames={{ input: 'mono' }}
          value={step.version}
          error={at(`${path}/version`)}
          onChange={(event) => set({ version: event.currentTarget.value })}
        />
      </div>
      <TextInput
        label={t('jobs.directory')}
        classNames={{ input: 'mono' }}
        value={step.directory ?? ''}
        error={at(`${path}/directory`)}
        onChange={(event) => set({ directory: event.currentTarget.value || undefined })}
      />
    </>
  );
}

/** A pattern a line; blank ones are dropped when the field is left. */
function FilesField({ step, path, problems, set }: PartProps) {
  const { t } = useTranslation();
  const [fault] = problemsBelow(problems, `${path}/files`);
  return (
    <Textarea
      label={t('jobs.files')}
      description={t('jobs.filesHint')}
      autosize
      minRows={2}
      classNames={{ input: 'mono' }}
      spellCheck={false}
      value={step.files.join('\n')}
      error={fault === undefined ? undefined : sayProblem(t, fault)}
      onChange={(event) => set({ files: event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n') })}
      onBlur={() => set({ files: step.files.map((file) => file.trim()).filter((file) => file !== '') })}
    />
  );
}
