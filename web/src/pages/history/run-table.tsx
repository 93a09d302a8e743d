import type { RunSummary } from '@drover/protocol/api';
import { IconGitBranch, IconTag } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { sayReason } from '../../i18n/reason.js';
import { WaitingWords } from '../../parts/runs/waiting-words.js';
import { StatusMark, StatusWord } from '../../parts/runs/status-mark.js';
import { Strip } from '../../parts/runs/strip.js';
import { num, TableHead } from '../../parts/table-head.js';
import { Lasting, Moment } from '../../parts/times.js';

/** Runs as rows of two lines. */
export function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  const { t } = useTranslation();
  return (
    <table className="grid history-table">
      <TableHead
        columns={[
          t('history.runColumn'),
          t('history.source'),
          t('history.trigger'),
          t('history.workflow'),
          t('history.started'),
          num(t('history.duration')),
          num(t('history.queue')),
        ]}
      />
      <tbody>
        {runs.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ run }: { readonly run: RunSummary }) {
  const { t } = useTranslation();
  const { source } = run;
  const Ref = source?.ref.type === 'tag' ? IconTag : IconGitBranch;
  return (
    <tr>
      <td>
        <span className="run-cell">
          <StatusMark status={run.status} hidden />
          <span className="two">
            <Link className="strong num" to={paths.run(run.pipelineId, run.number)}>
              #{run.number}
            </Link>
            <span className="second">
              <StatusWord status={run.status} />
            </span>
          </span>
        </span>
      </td>
      <td>
        <span className="two">
          <span className="cut" lang="" title={source?.message}>
            {source?.message?.split('\n', 1)[0] ?? (run.reason === undefined ? '–' : sayReason(t, run.reason))}
          </span>
          {run.waiting === undefined ? null : (
            <span className="second">
              <WaitingWords reason={run.waiting} />
            </span>
          )}
          {source === undefined || run.waiting !== undefined ? null : (
            <span className="second">
              <Ref size={13} stroke={1.75} />
              <span className="mono cut">{source.ref.name}</span>
              <span className="mono">{source.commit?.slice(0, 7)}</span>
            </span>
          )}
        </span>
      </td>
      <td>
        <span className="two">
          <span className="cut">{run.trigger.by?.name ?? ''}</span>
          <span className="second">{t(`run.triggered.${run.trigger.type}`)}</span>
        </span>
      </td>
      <td>
        <Strip stages={run.stages} to={({ key }) => paths.stage(run.pipelineId, run.number, key)} />
      </td>
      <td>
        <Moment at={run.startedAt ?? run.queuedAt} />
      </td>
      <td className="num">
        <Lasting from={run.startedAt} to={run.finishedAt} />
      </td>
      <td className="num faint">
        <Lasting from={run.queuedAt} to={run.startedAt ?? run.finishedAt} />
      </td>
    </tr>
  );
}
