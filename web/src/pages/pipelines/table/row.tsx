import type { PipelineRow, RunSummary } from '@drover/protocol/api';
import { IconApi, IconGitBranch, IconGitCommit, IconHandClick, IconSettings2, IconTag } from '@tabler/icons-react';
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../app/paths.js';
import { PastRuns } from '../../../parts/runs/past-runs.js';
import { StatusMark, statusClass, StatusWord } from '../../../parts/runs/status-mark.js';
import { WaitingWords } from '../../../parts/runs/waiting-words.js';
import { Strip } from '../../../parts/runs/strip.js';
import { Lasting, Moment } from '../../../parts/times.js';
import { FavouriteButton, RowActions } from './row-actions.js';

interface RowProps {
  readonly row: PipelineRow;
  readonly selected: boolean;
  readonly onPerson: (name: string) => void;
  readonly onDelete: () => void;
}

export const Row = memo(function Row({ row, selected, onPerson, onDelete }: RowProps) {
  const { t } = useTranslation();
  const run = row.newestRun;
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (selected) line.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <tr ref={line} className={selected ? 'on' : ''}>
      <td>
        <FavouriteButton row={row} />
      </td>
      <td>
        <div className="two">
          <span className="name">
            <Link className="faint cut" to={paths.projectPipelines(row.projectId)}>
              {row.projectName}
            </Link>
            <span className="faint">/</span>
            <Link className="strong cut" to={paths.history(row.id)}>
              {row.name}
            </Link>
          </span>
          <span className="second">{run?.source === undefined ? null : <SourceLine source={run.source} />}</span>
        </div>
      </td>
      <td>{run === undefined ? <span className="faint">{t('pipelines.notRunYet')}</span> : <NewestRun run={run} onPerson={onPerson} />}</td>
      <td>{run === undefined ? null : <Strip stages={run.stages} to={(stage) => paths.stage(row.id, run.number, stage.key)} />}</td>
      <td>
        <PastRuns bars={row.lastRuns} to={(runNumber) => paths.run(row.id, runNumber)} />
      </td>
      <td className="num">
        {run === undefined ? null : (
          <div className="two">
            <Moment at={run.startedAt ?? run.queuedAt} />
            <span className="faint dur">
              <Lasting from={run.startedAt} to={run.finishedAt} />
            </span>
          </div>
        )}
      </td>
      <td>
        <RowActions row={row} onDelete={onDelete} />
      </td>
    </tr>
  );
});

/** Ref, commit and message of what ran. */
function SourceLine({ source }: { readonly source: NonNullable<RunSummary['source']> }) {
  const Icon = source.ref.type === 'tag' ? IconTag : source.ref.type === 'commit' ? IconGitCommit : IconGitBranch;
  return (
    <>
      <span className="mono cut ref">
        <Icon size={14} stroke={1.75} /> {source.ref.type === 'commit' ? source.ref.name.slice(0, 7) : source.ref.name}
      </span>
      {source.commit === undefined || source.ref.type === 'commit' ? null : (
        <span className="mono" title={source.commit}>
          {source.commit.slice(0, 7)}
        </span>
      )}
      <span className="cut" title={source.message ?? ''}>
        {source.message ?? ''}
      </span>
    </>
  );
}

const triggerIcons = { manual: IconHandClick, api: IconApi, system: IconSettings2 } as const;

function NewestRun({ run, onPerson }: { readonly run: RunSummary; readonly onPerson: (name: string) => void }) {
  return (
    <div className="two">
      <Link className={`row num strong ${statusClass(run.status)}`} to={paths.run(run.pipelineId, run.number)}>
        <StatusMark status={run.status} hidden />
        <span>#{run.number}</span>
        <StatusWord status={run.status} />
      </Link>
      {run.waiting === undefined ? (
        <StartedBy run={run} onPerson={onPerson} />
      ) : (
        <span className="second">
          <WaitingWords reason={run.waiting} />
        </span>
      )}
    </div>
  );
}

function StartedBy({ run, onPerson }: { readonly run: RunSummary; readonly onPerson: (name: string) => void }) {
  const { t } = useTranslation();
  const Icon = triggerIcons[run.trigger.type] ?? IconHandClick;
  const by = run.trigger.by;
  return (
    <span className="second">
      <Icon size={14} stroke={1.75} />
      <span className="cut">
        {t(`trigger.${run.trigger.type}`)}
        {by === undefined ? null : (
          <>
            {' '}
            ·{' '}
            <button type="button" className="person" onClick={() => onPerson(by.name)}>
              {by.name}
            </button>
          </>
        )}
      </span>
    </span>
  );
}
