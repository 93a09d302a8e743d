import type { AgentView } from '@drover/protocol/api';
import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../app/paths.js';
import { sayReason } from '../../../i18n/reason.js';
import { AgentMark } from '../../../parts/runs/status-mark.js';
import { Lasting } from '../../../parts/times.js';
import { AgentFacts } from './agent-facts.js';
import { AgentLabels } from './agent-labels.js';
import { AgentMenu } from './agent-menu.js';
import { useFocusReturn } from '../../../parts/overlays/use-focus-return.js';

/** Everything known of one agent, live. */
export function AgentDrawer({ agent, onClose }: { readonly agent: AgentView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  useFocusReturn();
  return (
    <Drawer
      opened
      onClose={onClose}
      size={400}
      title={
        <span className="row">
          <AgentMark status={agent.status} hidden />
          <span>{agent.name}</span>
          <span className="faint">{t(`agentStatus.${agent.status}`)}</span>
        </span>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <div className="row drawer-acts">
        <span className="grow" />
        <AgentMenu agent={agent} />
      </div>
      <HealthNote reasons={agent.health?.reasons ?? []} />
      <RunningNow agent={agent} />
      <AgentFacts agent={agent} />
      <AgentLabels agent={agent} />
    </Drawer>
  );
}

/** What is wrong with it; nothing where nothing is. */
function HealthNote({ reasons }: { readonly reasons: NonNullable<AgentView['health']>['reasons'] }) {
  const { t } = useTranslation();
  if (reasons.length === 0) return null;
  return (
    <div className="note bad">
      <div className="grow">
        <b>{t('agents.health')}</b>
        {reasons.map((reason, i) => (
          <p key={i}>{sayReason(t, reason)}</p>
        ))}
      </div>
    </div>
  );
}

function RunningNow({ agent: { attempts, slots } }: { readonly agent: AgentView }) {
  const { t } = useTranslation();
  return (
    <>
      <h4 className="panel-head">
        {t('agents.runningNow')}{' '}
        <span className="faint num">
          {attempts.length} / {slots}
        </span>
      </h4>
      {attempts.length === 0 ? (
        <p className="faint">{t('agents.nothing')}</p>
      ) : (
        <ul className="runs-now">
          {attempts.map((attempt) => (
            <li key={attempt.attemptId}>
              <Link className="cut" to={paths.runById(attempt.runId)}>
                {attempt.pipelineName} #{attempt.runNumber}
              </Link>
              <span className="faint cut grow">{attempt.taskName}</span>
              <span className="faint">
                <Lasting from={attempt.startedAt} to={undefined} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
