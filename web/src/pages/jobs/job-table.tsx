import type { Job } from '@drover/protocol/api';
import { IconTools } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { num, TableHead } from '../../parts/table-head.js';
import { Moment } from '../../parts/times.js';
import { Tip } from '../../parts/overlays/tip.js';

/** The jobs of a project, and where each is used. */
export function JobTable({ jobs, projectId }: { readonly jobs: readonly Job[]; readonly projectId: string }) {
  const { t } = useTranslation();
  return (
    <table className="grid cards">
      <TableHead
        columns={[t('jobs.name'), t('jobs.steps'), t('jobs.labels'), t('jobs.executor'), t('jobs.usedBy'), num(t('jobs.changed'))]}
      />
      <tbody>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} to={paths.job(projectId, job.id)} />
        ))}
      </tbody>
    </table>
  );
}

function JobRow({ job: { definition, usedBy, changedAt }, to }: { readonly job: Job; readonly to: string }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <JobName definition={definition} to={to} />
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
        <UsedBy tasks={usedBy} />
      </td>
      <td className="num" data-label={t('jobs.changed')}>
        <Moment at={changedAt} />
      </td>
    </tr>
  );
}

const JobName = ({ definition, to }: { readonly definition: Job['definition']; readonly to: string }) => (
  <div className="row">
    <span className="kind">
      <IconTools size={16} stroke={1.75} />
    </span>
    <div className="two">
      <Link className="strong cut" to={to}>
        {definition.name}
      </Link>
      <span className="second">
        <span className="cut">{definition.description}</span>
      </span>
    </div>
  </div>
);

function UsedBy({ tasks }: { readonly tasks: Job['usedBy'] }) {
  const { t } = useTranslation();
  if (tasks.length === 0) return <span className="faint">{t('jobs.notUsed')}</span>;
  return (
    <Tip label={tasks.map(({ pipeline, task }) => `${pipeline}: ${task}`).join('\n')}>
      <span tabIndex={0}>{t('jobs.usedByTasks', { count: tasks.length })}</span>
    </Tip>
  );
}
