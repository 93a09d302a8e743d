import type { JobDefinition } from '@drover/protocol/definition';
import { TagsInput, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../editor/check.js';
import { tidy } from '../../editor/definition.js';
import { useProblemAt } from '../editor/fields/problem-text.js';
import { SecondsInput } from '../editor/fields/seconds-input.js';
import { ExecutorFields } from '../editor/workflow/panels/executor-fields.js';
import { JobParameterList } from './job-parameter-list.js';
import { StepList } from './steps/step-list.js';

export interface JobFormProps {
  readonly job: JobDefinition;
  readonly change: (job: JobDefinition) => void;
  readonly problems: readonly Problem[];
}

/** All fields of a job: what it is, its steps, its parameters, how it runs. */
export function JobForm({ job, change, problems }: JobFormProps) {
  const { t } = useTranslation();
  const at = useProblemAt(problems);
  return (
    <>
      <TextInput
        label={t('jobs.name')}
        value={job.name}
        error={at('/name')}
        onChange={(event) => change({ ...job, name: event.currentTarget.value })}
      />
      <Textarea
        label={t('jobs.description')}
        autosize
        minRows={1}
        value={job.description ?? ''}
        error={at('/description')}
        onChange={(event) =>
          change(tidy({ ...job, description: event.currentTarget.value.replace(/\n/g, ' ') || undefined }) as JobDefinition)
        }
      />
      <StepList job={job} change={change} problems={problems} />
      <JobParameterList job={job} change={change} problems={problems} />
      <section className="part">
        <h2>{t('jobs.runs')}</h2>
        <TagsInput
          label={t('jobs.labels')}
          description={t('jobs.labelsHint')}
          value={[...job.labels]}
          error={at('/labels')}
          onChange={(labels) => change({ ...job, labels })}
        />
        <ExecutorFields
          executor={job.executor}
          inherits={false}
          disabled={false}
          onChange={(executor) => change({ ...job, executor: executor ?? { type: 'shell' } })}
          error={(part) => at(`/executor/${part}`)}
        />
        <SecondsInput
          label={t('jobs.timeLimit')}
          description={t('jobs.timeLimitHint')}
          seconds={job.timeoutSeconds}
          error={at('/timeoutSeconds')}
          onChange={(seconds) => change(tidy({ ...job, timeoutSeconds: seconds }) as JobDefinition)}
        />
      </section>
    </>
  );
}
