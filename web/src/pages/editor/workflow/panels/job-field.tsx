import type { Job } from '@drover/protocol/api';
import { Button, Select } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../../app/paths.js';
import type { TaskFieldProps } from './task-field.js';
import { again } from '../../../../app/again.js';

const NewJob = lazy(async () => ({ default: (await again(() => import('../../../jobs/new-job-dialog.js'))).NewJobDialog }));

interface JobFieldProps extends TaskFieldProps {
  /** The job that the task calls, where the project has it. */
  readonly job: Job | undefined;
  readonly jobs: readonly Job[];
  readonly projectId: string;
}

/** Which job the task calls; one can be made on the spot. Another job takes other parameters, so those are dropped. */
export function JobField({ task, disabled, set, at, job, jobs, projectId }: JobFieldProps) {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const names = [...new Set([...jobs.map((one) => one.definition.name), ...(task.job === '' ? [] : [task.job])])];
  const call = (name: string): void => set({ job: name, parameters: undefined });
  return (
    <div>
      <p className="field-label row">
        <span className="grow">{t('editor.job')}</span>
        {job === undefined ? null : (
          <Link className="faint link-s" to={paths.job(projectId, job.id)} target="_blank">
            {t('editor.openJob')}
          </Link>
        )}
      </p>
      <Select
        aria-label={t('editor.job')}
        searchable
        disabled={disabled}
        placeholder={t('editor.chooseJob')}
        value={task.job === '' ? null : task.job}
        data={names}
        error={at('job')}
        onChange={(name) => call(name ?? '')}
      />
      {disabled ? null : (
        <Button size="xs" mt={6} onClick={() => setMaking(true)}>
          {t('editor.createJob')}
        </Button>
      )}
      <Suspense fallback={null}>{making ? <NewJob projectId={projectId} onClose={() => setMaking(false)} onMade={call} /> : null}</Suspense>
    </div>
  );
}
