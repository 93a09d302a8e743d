import type { Step } from '@drover/protocol/definition';
import { Checkbox, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../editor/check.js';
import { tidy } from '../../../editor/definition.js';
import { useProblemAt } from '../../editor/fields/problem-text.js';
import { SecondsInput } from '../../editor/fields/seconds-input.js';
import { CheckoutFields } from './checkout-fields.js';
import { ShellFields } from './shell-fields.js';
import type { StepPartProps } from './step-part.js';
import { UploadPackageFields } from './upload-package-fields.js';

interface StepFieldsProps {
  readonly step: Step;
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly change: (step: Step) => void;
}

/** The fields of one step: its own between those that all steps have. */
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

function OwnFields({ step, ...part }: StepPartProps<Step>) {
  switch (step.type) {
    case 'shell':
      return <ShellFields step={step} {...part} />;
    case 'checkout':
      return <CheckoutFields step={step} {...part} />;
    case 'uploadPackage':
      return <UploadPackageFields step={step} {...part} />;
  }
}
