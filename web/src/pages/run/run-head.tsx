import type { RunView } from '@drover/protocol/api';
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconClock, IconDots, IconGitBranch, IconGitCommit, IconPlayerStop, IconRefresh, IconTag, IconVariable } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { post } from '../../api/client.js';
import { paths } from '../../app/paths.js';
import { useRunDialog } from '../../app/run-dialog.js';
import { sayReason } from '../../i18n/reason.js';
import { useKeys } from '../../keys/keys.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { StatusPill } from '../../parts/runs/status-mark.js';
import { Lasting, Moment } from '../../parts/times.js';
import { RunWaiting } from '../waiting/waiting-panel.js';
import { DeleteRun } from './delete-run.js';
import { headline, isOver } from './run-state.js';

/** Status with its ticking time, the commit's message, where it came from, and what can be done. */
export function RunHead({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  return (
    <header className="run-title">
      <div className="grow">
        <h2 className="run-name">
          <StatusPill status={run.status} big>
            {run.startedAt === undefined ? (
              <Lasting from={run.queuedAt} to={run.finishedAt} />
            ) : (
              <Lasting from={run.startedAt} to={run.finishedAt} />
            )}
          </StatusPill>
          <span className="cut" lang="">
            {headline(run) ?? t('run.noMessage', { number: run.number })}
          </span>
        </h2>
        <Meta run={run} />
        <WhyNow run={run} />
      </div>
      <Actions run={run} />
    </header>
  );
}

function Meta({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  const [source] = run.sources;
  const Ref = source?.ref.type === 'tag' ? IconTag : IconGitBranch;
  return (
    <div className="run-meta">
      {source === undefined ? null : (
        <span className="row">
          <Ref size={14} stroke={1.75} />
          <span className="mono">{source.ref.type === 'commit' ? source.ref.name.slice(0, 8) : source.ref.name}</span>
        </span>
      )}
      {source?.commit === undefined ? null : (
        <Tooltip label={source.commit}>
          <span className="row" tabIndex={0}>
            <IconGitCommit size={14} stroke={1.75} />
            <span className="mono">{source.commit.slice(0, 8)}</span>
          </span>
        </Tooltip>
      )}
      <span className="row">
        {run.trigger.by === undefined ? null : (
          <>
            <span className="face" aria-hidden="true">
              {run.trigger.by.name.slice(0, 2).toUpperCase()}
            </span>
            <span>{run.trigger.by.name}</span>
          </>
        )}
        <span className="faint">{t(`run.triggered.${run.trigger.type}`)}</span>
      </span>
      <span className="row">
        <IconClock size={14} stroke={1.75} />
        <Moment at={run.startedAt ?? run.queuedAt} />
      </span>
      {run.parameters.length === 0 ? null : (
        <Link
          className="row quiet-link"
          to={{ pathname: `${paths.run(run.pipelineId, run.number)}/parameters`, search: window.location.search }}
        >
          <IconVariable size={14} stroke={1.75} />
          {t('run.parameters', { count: run.parameters.length })}
        </Link>
      )}
    </div>
  );
}

/** Why it waits, or why it ended so; a success needs no words. */
function WhyNow({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  if (run.status === 'queued' || run.waiting !== undefined) return <RunWaiting run={run} />;
  const words =
    run.status === 'stopped' && run.stoppedBy !== undefined
      ? t('run.stoppedBy', { name: run.stoppedBy.name })
      : run.reason === undefined
        ? undefined
        : sayReason(t, run.reason);
  return words === undefined || run.status === 'succeeded' || run.reason?.code === 'taskFailed' ? null : (
    <p className="run-reason">{words}</p>
  );
}

function Actions({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const openRun = useRunDialog();
  const over = isOver(run);
  const mayStop = !over && run.mayStop;
  const isStopping = run.status === 'stopping';
  useKeys([{ keys: '.', label: t('run.keyStop'), run: () => mayStop && setAsking(true) }]);
  return (
    <div className="run-acts">
      {over ? null : (
        <Tooltip label={t('run.stopRefused')} disabled={run.mayStop}>
          <Button
            variant="danger"
            leftSection={<IconPlayerStop size={16} stroke={1.75} />}
            disabled={!mayStop}
            onClick={() => mayStop && setAsking(true)}
          >
            {t(isStopping ? 'run.stopNow' : 'run.stop')}
          </Button>
        </Tooltip>
      )}
      <Tooltip label={t('run.againRefused')} disabled={run.mayExecute}>
        <Button leftSection={<IconRefresh size={16} stroke={1.75} />} disabled={!run.mayExecute} onClick={() => openRun(run.pipelineId)}>
          {t('run.again')}
        </Button>
      </Tooltip>
      <Menu>
        <Menu.Target>
          <ActionIcon size={32} aria-label={t('common.moreActions', { name: `#${run.number}` })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={paths.history(run.pipelineId)}>
            {t('run.history')}
          </Menu.Item>
          <Menu.Item component={Link} to={paths.edit(run.pipelineId)}>
            {t('run.editPipeline')}
          </Menu.Item>
          <Menu.Item component={Link} to={paths.copyPipeline(run.pipelineId)}>
            {t('run.copyPipeline')}
          </Menu.Item>
          {over && run.mayDelete ? (
            <Menu.Item color="red" onClick={() => setDeleting(true)}>
              {t('run.delete')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {deleting ? <DeleteRun run={run} onClose={() => setDeleting(false)} /> : null}
      {asking ? (
        <ConfirmDialog
          title={t(isStopping ? 'run.stopNowAsk' : 'run.retryStop')}
          action={t(isStopping ? 'run.stopNowAction' : 'run.stopAction')}
          onConfirm={() => post(`/runs/${run.id}/stop${isStopping ? '?atOnce=true' : ''}`)}
          onClose={() => setAsking(false)}
        >
          {t(isStopping ? 'run.stopNowText' : 'run.stopText')}
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
