import type { Job, Project } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useFollowProject, useMay } from '../../app/project.js';
import { TopBar } from '../../frame/top-bar.js';
import { Loaded } from '../../parts/states.js';
import { JobTable } from './job-table.js';
import { PresetCards } from './preset-cards.js';

/** J: the project's jobs; before the first one, the presets. */
export default function JobsPage() {
  const { t } = useTranslation();
  const { projectId = '' } = useParams();
  useFollowProject(projectId);
  const mayModify = useMay(projectId)('modify');
  const project = useQuery({ queryKey: keys.project(projectId), queryFn: () => get<Project>(`/projects/${projectId}`) });
  const query = useQuery({ queryKey: keys.jobs(projectId), queryFn: () => get<readonly Job[]>(`/projects/${projectId}/jobs`) });
  return (
    <>
      <TopBar
        title={t('jobs.title')}
        crumbs={[{ label: project.data?.name ?? '…', to: paths.projectPipelines(projectId) }, { label: t('jobs.title') }]}
      />
      <div className="filters">
        <span className="grow" />
        {mayModify ? (
          <Button variant="filled" component={Link} to={paths.newJob(projectId)} leftSection={<IconPlus size={16} />}>
            {t('jobs.new')}
          </Button>
        ) : (
          <span className="faint">{t('jobs.mayNot')}</span>
        )}
      </div>
      <div className="scroll">
        <Loaded query={query}>
          {(jobs) =>
            jobs.length === 0 ? (
              <div className="body wide">
                <h2>{t('jobs.emptyTitle')}</h2>
                <p className="soft">{t('jobs.emptyText')}</p>
                {mayModify ? (
                  <PresetCards to={(preset) => `${paths.newJob(projectId)}${preset === undefined ? '' : `?preset=${preset}`}`} />
                ) : null}
              </div>
            ) : (
              <JobTable jobs={jobs} projectId={projectId} />
            )
          }
        </Loaded>
      </div>
    </>
  );
}
