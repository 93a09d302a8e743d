import type { Job, Project } from '@drover/protocol/api';
import type { JobDefinition } from '@drover/protocol/definition';
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { get, post, put, remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useFollowProject, useMay } from '../../app/project.js';
import { TopBar } from '../../frame/top-bar.js';
import { blankJob, jobPresets } from '../../jobs/presets.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { Loaded } from '../../parts/states.js';
import { useDone } from '../../parts/use-save.js';
import { JobEditor } from './job-editor.js';
import { PresetCards } from './preset-cards.js';

/** J1: makes or changes a job. */
export default function JobPage() {
  const { t } = useTranslation();
  const { projectId = '', jobId = '' } = useParams();
  useFollowProject(projectId);
  const mayModify = useMay(projectId)('modify');
  const isNew = jobId === 'new';
  const project = useQuery({ queryKey: keys.project(projectId), queryFn: () => get<Project>(`/projects/${projectId}`) });
  const job = useQuery({
    queryKey: keys.job(jobId),
    queryFn: () => get<Job>(`/jobs/${jobId}`),
    enabled: !isNew,
    staleTime: Infinity,
    refetchOnMount: 'always',
    gcTime: 0,
  });
  const title = isNew ? t('jobs.new') : (job.data?.definition.name ?? '…');
  return (
    <>
      <TopBar
        title={title}
        crumbs={[
          { label: project.data?.name ?? '…', to: paths.projectPipelines(projectId) },
          { label: t('jobs.title'), to: paths.jobs(projectId) },
          { label: title },
        ]}
      />
      {/* by the keyboard also where no field of it can be reached */}
      <div className="scroll" tabIndex={mayModify ? undefined : 0} role={mayModify ? undefined : 'region'} aria-label={title}>
        {isNew ? <NewJob projectId={projectId} /> : <Loaded query={job}>{(data) => <ExistingJob key={data.id} job={data} />}</Loaded>}
      </div>
    </>
  );
}

function NewJob({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = useDone();
  const [address] = useSearchParams();
  const preset = address.get('preset') ?? '';
  const start: JobDefinition = Object.hasOwn(jobPresets, preset) ? jobPresets[preset as keyof typeof jobPresets] : blankJob;
  const save = async (definition: JobDefinition): Promise<void> => {
    await post<Job>(`/projects/${projectId}/jobs`, { definition });
    done(t('jobs.created', { name: definition.name }), keys.jobs(projectId));
    void navigate(paths.jobs(projectId));
  };
  return (
    <div className="body wide">
      <section className="part">
        <h2>{t('jobs.presets')}</h2>
        <PresetCards to={(name) => `${paths.newJob(projectId)}${name === undefined ? '' : `?preset=${name}`}`} />
      </section>
      <JobEditor key={preset} start={start} action={t('jobs.create')} save={save} />
    </div>
  );
}

function ExistingJob({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const done = useDone();
  const mayModify = useMay(job.projectId)('modify');
  const [deleting, setDeleting] = useState(false);
  const [version, setVersion] = useState(job.version);
  const save = async (definition: JobDefinition, over = version): Promise<void> => {
    const saved = await put<Job>(`/jobs/${job.id}`, { definition, version: over });
    setVersion(saved.version);
    cache.setQueryData(keys.job(job.id), saved);
    done(t('jobs.saved', { name: definition.name }), keys.jobs(job.projectId));
  };
  return (
    <div className="body wide">
      <JobEditor
        start={job.definition}
        action={t('common.save')}
        save={save}
        reload={() => get<Job>(`/jobs/${job.id}`)}
        onTaken={(theirs) => setVersion(theirs.version)}
        refused={mayModify ? undefined : t('jobs.mayNot')}
      >
        <Button variant="danger" leftSection={<IconTrash size={16} />} onClick={() => setDeleting(true)}>
          {t('jobs.delete')}
        </Button>
      </JobEditor>
      {job.usedBy.length === 0 ? null : (
        <p className="faint">
          {t('jobs.deleteUsed', { places: job.usedBy.map(({ pipeline, task }) => `${pipeline}: ${task}`).join(t('common.comma')) })}
        </p>
      )}
      {deleting ? (
        <ConfirmDialog
          title={t('jobs.deleteTitle', { name: job.definition.name })}
          action={t('jobs.delete')}
          onClose={() => setDeleting(false)}
          onConfirm={() =>
            remove(`/jobs/${job.id}`).then(() => {
              done(t('jobs.deleted', { name: job.definition.name }), keys.jobs(job.projectId));
              void navigate(paths.jobs(job.projectId));
            })
          }
        >
          {t('jobs.deleteText')}{' '}
          {job.usedBy.length === 0
            ? null
            : t('jobs.deleteUsed', { places: job.usedBy.map(({ pipeline, task }) => `${pipeline}: ${task}`).join(t('common.comma')) })}
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
