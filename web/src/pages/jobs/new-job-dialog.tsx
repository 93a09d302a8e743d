import type { Job } from '@drover/protocol/api';
import type { JobDefinition } from '@drover/protocol/definition';
import { Button, Modal, Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { blankJob, jobPresets, type PresetName } from '../../jobs/presets.js';
import { Refusal } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';
import { useShowFault } from '../../parts/use-show-fault.js';
import { JobForm } from './job-form.js';
import { useJobDraft } from './use-job-draft.js';
import { useFocusReturn } from '../../parts/overlays/use-focus-return.js';

interface NewJobProps {
  readonly projectId: string;
  readonly onClose: () => void;
  readonly onMade: (name: string) => void;
}

/** W4: a job made in place, from the task that will call it. */
export function NewJobDialog({ projectId, onClose, onMade }: NewJobProps) {
  const { t } = useTranslation();
  useFocusReturn();
  const cache = useQueryClient();
  const done = useDone();
  const [preset, setPreset] = useState('');
  const save = async (definition: JobDefinition): Promise<void> => {
    const made = await post<Job>(`/projects/${projectId}/jobs`, { definition });
    cache.setQueryData<readonly Job[]>(keys.jobs(projectId), (jobs) => [...(jobs ?? []), made]);
    done(t('jobs.created', { name: definition.name }), keys.jobs(projectId));
    onMade(definition.name);
    onClose();
  };
  const job = useJobDraft(blankJob, { save });
  const form = useShowFault<HTMLFormElement>(job.tries);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    job.submit();
  };
  const choose = (name: string | null): void => {
    setPreset(name ?? '');
    job.change(Object.hasOwn(jobPresets, name ?? '') ? jobPresets[name as PresetName] : blankJob);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('jobs.new')}
      size={720}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form ref={form} onSubmit={submit} noValidate className="dlg-form">
        <Select
          label={t('jobs.presets')}
          value={preset}
          onChange={choose}
          data={[{ value: '', label: t('jobs.blank') }, ...Object.entries(jobPresets).map(([value, { name }]) => ({ value, label: name }))]}
        />
        <JobForm key={preset} job={job.draft} change={job.change} problems={job.problems} />
        {job.refusal === undefined ? null : <Refusal>{job.refusal}</Refusal>}
        <footer className="dlg-foot">
          {job.tried && job.problems.length > 0 ? (
            <span className="says failed grow" role="alert">
              {t('jobs.problems', { count: job.problems.length })}
            </span>
          ) : null}
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="filled" loading={job.busy}>
            {t('jobs.create')}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
