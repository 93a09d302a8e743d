import type { Job, Project } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus, IconTools } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useFollowProject } from '../../app/project.js';
import { TopBar } from '../../frame/top-bar.js';
import { Loaded } from '../../parts/states.js';
import { Moment } from '../../parts/times.js';
import { PresetCards } from './preset-cards.js';
import { Tip } from '../../parts/tip.js';

/** J: the project's jobs; before the first one, the presets. */
export default function JobsPage() {
  const { t } = useTranslation();
  const { projectId = '' } = useParams();
  useFollowProject(projectId);
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
        <Button variant="filled" component={Link} to={paths.newJob(projectId)} leftSection={<IconPlus size={16} />}>
          {t('jobs.new')}
        </Button>
      </div>
      <div className="scroll">
        <Loaded query={query}>
          {(jobs) =>
            jobs.length === 0 ? (
              <div className="body wide">
                <h2>{t('jobs.emptyTitle')}</h2>
                <p className="soft">{t('jobs.emptyText')}</p>
                <PresetCards to={(preset) => `${paths.newJob(projectId)}${preset === undefined ? '' : `?preset=${preset}`}`} />
              </div>
            ) : (
              <Table jobs={jobs} projectId={projectId} />
            )
          }
        </Loaded>
      </div>
    </>
  );
}

function Table({ jobs, projectId }: { readonly jobs: readonly Job[]; readonly projectId: string }) {
  const { t } = useTranslation();
  return (
    <table className="grid cards">
      <thead>
        <tr>
          <th>{t('jobs.name')}</th>
          <th>{t('jobs.steps')}</th>
          <th>{t('jobs.labels')}</th>
          <th>{t('jobs.executor')}</th>
          <th>{t('jobs.usedBy')}</th>
          <th className="num">{t('jobs.changed')}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map(({ id, definition, usedBy, changedAt }) => (
          <tr key={id}>
            <td>
              <div className="row">
                <span className="kind">
                  <IconTools size={16} stroke={1.75} />
                </span>
                <div className="two">
                  <Link className="strong cut" to={paths.job(projectId, id)}>
                    {definition.name}
                  </Link>
                  <span className="second">
                    <span className="cut">{definition.description}</span>
                  </span>
                </div>
              </div>
            </td>
            <td data-label={t('jobs.steps')}>
              <span className="cut faint">{definition.steps.map(({ name }) => name).join(' → ')}</span>
            </td>
            <td data-label={t('jobs.labels')}>
              <span className="row chips">
                {definition.labels.map((label) => (
                  <span key={label} className="chip">
                    {label}
                  </span>
                ))}
              </span>
            </td>
            <td data-label={t('jobs.executor')}>
              {definition.executor.type === 'docker' ? <span className="mono cut">{definition.executor.image}</span> : t('editor.shell')}
            </td>
            <td data-label={t('jobs.usedBy')}>
              {usedBy.length === 0 ? (
                <span className="faint">{t('jobs.notUsed')}</span>
              ) : (
                <Tip label={usedBy.map(({ pipeline, task }) => `${pipeline}: ${task}`).join('\n')}>
                  <span tabIndex={0}>{t('jobs.usedByTasks', { count: usedBy.length })}</span>
                </Tip>
              )}
            </td>
            <td className="num" data-label={t('jobs.changed')}>
              <Moment at={changedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
