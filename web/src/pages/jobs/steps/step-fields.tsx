import type { Step } from '@drover/protocol/definition';
import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../editor/check.js';
import { problemsBelow } from '../../editor/problems.js';
import { tidy } from '../../editor/definition.js';
import { sayProblem, useProblemAt } from '../editor/fields/problem-text.js';
import { SecondsInput } from '../editor/fields/seconds-input.js';

interface StepFieldsProps {
  readonly step: Step;
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly change: (step: Step) => void;
}

/** The fields of one step. */
export function StepFields({ step, path, problems, change }: StepFieldsProps) {
  const { t } = useTranslation();
  const at = useProblemAt(problems);
  const set = (part: object): void => change(tidy<Step>({ ...step, ...part }));
  return (
    <>
      <TextInput
        label={t('jobs.stepName')}
        value={step.name}
        error={at(`${path}/name`)}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <OwnFields step={step} path={path} problems={problems} set={set} />
      <div className="row step-flags">
        <Checkbox
          label={t('jobs.continueOnError')}
          checked={step.continueOnError ?? false}
          onChange={(event) => set({ continueOnError: event.currentTarget.checked || undefined })}
        />
        <Checkbox
          label={t('jobs.always')}
          checked={step.always ?? false}
          onChange={(event) => set({ always: event.currentTarget.checked || undefined })}
        />
      </div>
      <SecondsInput
        label={t('jobs.stepTimeLimit')}
        seconds={step.timeoutSeconds}
        error={at(`${path}/timeoutSeconds`)}
        onChange={(timeoutSeconds) => set({ timeoutSeconds })}
      />
    </>
  );
}

interface OwnProps {
  readonly step: Step;
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly set: (part: object) => void;
}

function OwnFields({ step, path, problems, set }: OwnProps) {
  const { t } = useTranslation();
  const at = useProblemAt(problems);
  switch (step.type) {
    case 'shell':
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
    case 'checkout':
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
    case 'uploadPackage': {
      const [fileFault] = problemsBelow(problems, `${path}/files`);
      return (
        <>
          <Textarea
            label={t('jobs.files')}
            description={t('jobs.filesHint')}
            autosize
            minRows={2}
            classNames={{ input: 'mono' }}
            spellCheck={false}
            value={step.files.join('\n')}
            error={fileFault === undefined ? undefined : sayProblem(t, fileFault)}
            onChange={(event) => set({ files: event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n') })}
            onBlur={() => set({ files: step.files.map((file) => file.trim()).filter((file) => file !== '') })}
          />
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
  }
}
