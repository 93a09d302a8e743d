import type { AttemptView, RunView } from '@drover/protocol/api';
import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { sayReason } from '../../../i18n/reason.js';
import { LogViewer } from '../../../log/log-viewer.js';
import { Empty, Loaded } from '../../../parts/states.js';
import { StatusMark } from '../../../parts/runs/status-mark.js';
import { Lasting } from '../../../parts/times.js';
import { AttemptWaiting } from '../../waiting/waiting-panel.js';
import { AttemptFacts } from './attempt-facts.js';
import { FailureCard } from './failure-card.js';
import { isBad, type PlacedTask } from '../run-state.js';
import { useAttempts } from '../use-run.js';

/** The chosen task's attempt: why it failed or waits, its log, its facts. */
export function TaskLog({
  run,
  chosen,
  attempt,
}: {
  readonly run: RunView;
  readonly chosen: PlacedTask | undefined;
  readonly attempt: string | null;
}) {
  const attempts = useAttempts(run, chosen?.task.attemptId === undefined ? undefined : chosen.task.key);
  if (chosen === undefined) return null;
  if (chosen.task.attemptId === undefined) return <NotBegun chosen={chosen} />;
  return (
    <Loaded query={attempts}>
      {(all) => {
        const shown = all.find(({ number }) => String(number) === attempt) ?? all.at(-1);
        return shown === undefined ? <NotBegun chosen={chosen} /> : <Attempt key={shown.id} chosen={chosen} attempt={shown} all={all} />;
      }}
    </Loaded>
  );
}

function Attempt({
  chosen,
  attempt,
  all,
}: {
  readonly chosen: PlacedTask;
  readonly attempt: AttemptView;
  readonly all: readonly AttemptView[];
}) {
  const waits = attempt.state === 'queued' || attempt.state === 'offered' || attempt.state === 'away';
  const isNewest = attempt.id === chosen.task.attemptId;
  return (
    <>
      <div className="log-side">
        {isBad(attempt.status) ? <FailureCard chosen={chosen} attempt={attempt} /> : null}
        {waits ? <AttemptWaiting attempt={attempt} known={isNewest ? chosen.task.waiting : undefined} /> : null}
        <LogViewer attempt={attempt} taskName={chosen.task.name} lead={<Lead chosen={chosen} attempt={attempt} all={all} />} />
      </div>
      <AttemptFacts attempt={attempt} />
    </>
  );
}

/** The task's name and its attempts, as a menu where there are several. */
function Lead({
  chosen,
  attempt,
  all,
}: {
  readonly chosen: PlacedTask;
  readonly attempt: AttemptView;
  readonly all: readonly AttemptView[];
}) {
  const { t } = useTranslation();
  const [, setSearch] = useSearchParams();
  return (
    <span className="log-lead">
      <StatusMark status={attempt.status} />
      <b className="cut">{chosen.task.name}</b>
      {all.length < 2 ? (
        <span className="faint num">{t('run.attempt', { number: attempt.number })}</span>
      ) : (
        <Menu position="bottom-start">
          <Menu.Target>
            <button type="button" className="attempt-menu num" aria-label={t('run.attempts', { task: chosen.task.name })}>
              {t('run.attempt', { number: attempt.number })}
              <IconChevronDown size={14} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {[...all].reverse().map((one) => (
              <Menu.Item
                key={one.id}
                leftSection={<StatusMark status={one.status} size={14} />}
                rightSection={
                  <span className="faint num">
                    <Lasting from={one.startedAt} to={one.finishedAt} />
                  </span>
                }
                onClick={() => setSearch({ task: chosen.task.key, attempt: String(one.number) })}
              >
                {t('run.attempt', { number: one.number })}{' '}
                {one.agent === undefined ? null : <span className="faint">{one.agent.name}</span>}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
  );
}

function NotBegun({ chosen }: { readonly chosen: PlacedTask }) {
  const { t } = useTranslation();
  const { task } = chosen;
  const title = task.status === 'skipped' ? t('run.skippedTask') : task.status === 'queued' ? t('run.queuedTask') : t('run.notRunTask');
  return <Empty title={title}>{task.reason === undefined ? t('run.notYet') : sayReason(t, task.reason)}</Empty>;
}
