import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addStep, changeStep, copyStep, moveStep, removeStep } from '../../../jobs/edit.js';
import type { JobFormProps } from '../job-form.js';
import { AddStep } from './add-step.js';
import { StepItem } from './step-item.js';

/** J2: the steps as a vertical rail; one is open at a time. */
export function StepList({ job, change, problems }: JobFormProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number | undefined>(job.steps.length === 1 ? 0 : undefined);
  return (
    <section className="part">
      <h2>{t('jobs.steps')}</h2>
      {job.steps.length === 0 ? <p className="says failed">{t('jobs.noSteps')}</p> : null}
      <ol className="step-rail">
        {job.steps.map((step, index) => (
          <StepItem
            key={index}
            step={step}
            index={index}
            count={job.steps.length}
            open={open === index}
            problems={problems}
            toggle={() => setOpen(open === index ? undefined : index)}
            change={(next) => change(changeStep(job, index, next))}
            copy={() => change(copyStep(job, index))}
            shift={(by) => {
              change(moveStep(job, index, index + by));
              setOpen(open === index ? index + by : undefined);
            }}
            remove={() => {
              change(removeStep(job, index));
              setOpen(undefined);
            }}
          />
        ))}
      </ol>
      <AddStep
        add={(type) => {
          change(addStep(job, type, t(`jobs.${type}`)));
          setOpen(job.steps.length);
        }}
      />
    </section>
  );
}
