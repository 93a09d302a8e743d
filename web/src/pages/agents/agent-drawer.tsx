import type { AgentView } from '@drover/protocol/api';
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { size } from '../../format/amounts.js';
import { sayReason } from '../../i18n/reason.js';
import { AgentMark } from '../../parts/status-mark.js';
import { Lasting, Moment } from '../../parts/times.js';
import { AgentMenu } from './agent-menu.js';

const megabyte = 1_048_576;

/** Everything known of one agent, live. */
export function AgentDrawer({ agent, onClose }: { readonly agent: AgentView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { facts, health } = agent;
  const automatic = facts.automaticLabels;
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
      {health === undefined || health.reasons.length === 0 ? null : (
        <div className="note bad">
          <div className="grow">
            <b>{t('agents.health')}</b>
            {health.reasons.map((reason, i) => (
              <p key={i}>{sayReason(t, reason)}</p>
            ))}
          </div>
        </div>
      )}
      <h4 className="panel-head">
        {t('agents.runningNow')}{' '}
        <span className="faint num">
          {agent.attempts.length} / {agent.slots}
        </span>
      </h4>
      {agent.attempts.length === 0 ? (
        <p className="faint">{t('agents.nothing')}</p>
      ) : (
        <ul className="runs-now">
          {agent.attempts.map((attempt) => (
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
      <dl className="fact facts-list">
        <Fact name={t('agents.facts.version')}>
          <span className="mono">{facts.productVersion}</span>
        </Fact>
        <Fact name={t('agents.facts.system')}>
          {facts.os} · {facts.arch}
        </Fact>
        <Fact name={t('agents.facts.host')}>
          <span className="mono">{facts.hostname}</span>
        </Fact>
        <Fact name={t('agents.facts.cpus')}>{facts.cpus}</Fact>
        <Fact name={t('agents.facts.memory')}>{size(facts.memoryMb * megabyte)}</Fact>
        {health === undefined ? null : (
          <>
            <Fact name={t('agents.facts.freeMemory')}>{size(health.freeMemoryMb * megabyte)}</Fact>
            <Fact name={t('agents.facts.freeDisk')}>{size(health.freeDiskMb * megabyte)}</Fact>
          </>
        )}
        <Fact name={t('agents.facts.executors')}>{facts.executors.join(', ')}</Fact>
        <Fact name={t('agents.facts.isolation')}>{t(`agents.isolations.${facts.isolation}`)}</Fact>
        <Fact name={t('agents.facts.registered')}>
          <Moment at={agent.registeredAt} />
        </Fact>
        {agent.connectedSince === undefined ? null : (
          <Fact name={t('agents.facts.connected')}>
            <Moment at={agent.connectedSince} />
          </Fact>
        )}
      </dl>
      <h4 className="panel-head">{t('agents.facts.given')}</h4>
      <p className="label-list">
        {agent.givenLabels.length === 0 ? (
          <span className="faint">{t('common.none')}</span>
        ) : (
          agent.givenLabels.map((label) => (
            <span key={label} className="chip line mono">
              {label}
            </span>
          ))
        )}
      </p>
      <h4 className="panel-head">{t('agents.facts.automatic')}</h4>
      <p className="label-list">
        {automatic.map((label) => (
          <span key={label} className="chip mono">
            {label}
          </span>
        ))}
      </p>
    </Drawer>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);
