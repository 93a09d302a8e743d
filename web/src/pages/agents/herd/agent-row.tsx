import type { AgentView } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconBrandApple, IconBrandWindows, IconCpu, IconTerminal2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { post } from '../../../api/client.js';
import { paths } from '../../../app/paths.js';
import { sayReason } from '../../../i18n/reason.js';
import { AgentMark } from '../../../parts/runs/status-mark.js';
import { Lasting, Moment } from '../../../parts/times.js';
import { toast } from '../../../parts/overlays/toasts.js';
import { AgentMenu } from './agent-menu.js';
import { memoryPercent, pipsOf } from './herd.js';
import { usePerson } from '../../../app/session.js';
import { sayRefusal } from '../../../parts/use-save.js';
import { useRefreshAgents } from './use-refresh-agents.js';

const icons: Readonly<Record<string, typeof IconCpu>> = { darwin: IconBrandApple, win32: IconBrandWindows, linux: IconTerminal2 };
const mostLabels = 2;

/** One agent: state, slots, what it works on or what is wrong, load, labels. */
export function AgentRow({ agent, chosen, onOpen }: { readonly agent: AgentView; readonly chosen: boolean; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const System = icons[agent.facts.os] ?? IconCpu;
  const labels = agent.givenLabels.length === 0 ? agent.labels : agent.givenLabels;
  return (
    <tr className={chosen ? 'on' : ''}>
      <td>
        <span className="who">
          <AgentMark status={agent.status} />
          <span className="two">
            <span className="row">
              <button type="button" className="agent-name cut" onClick={onOpen} aria-label={t('agents.details', { name: agent.name })}>
                {agent.name}
              </button>
              {agent.status === 'online' ? null : <span className={`state-word ${agent.status}`}>{t(`agentStatus.${agent.status}`)}</span>}
            </span>
            <span className="second">
              <System size={13} stroke={1.75} />
              <span className="cut">
                {agent.facts.arch} · {agent.facts.os}
              </span>
            </span>
          </span>
        </span>
      </td>
      <td>
        <Slots agent={agent} />
      </td>
      <td>
        <Doing agent={agent} />
      </td>
      <td>
        <Load agent={agent} />
      </td>
      <td>
        <span className="row tags">
          {labels.slice(0, mostLabels).map((label) => (
            <span key={label} className="chip">
              {label}
            </span>
          ))}
          {labels.length > mostLabels ? <span className="faint num">+{labels.length - mostLabels}</span> : null}
        </span>
      </td>
      <td>
        <span className="row end">
          {agent.status === 'unapproved' ? <Approve agent={agent} /> : null}
          <AgentMenu agent={agent} onOpen={onOpen} />
        </span>
      </td>
    </tr>
  );
}

export function Slots({ agent }: { readonly agent: AgentView }) {
  const away = agent.status === 'silent' || agent.status === 'unapproved';
  return (
    <span className="two">
      <span className="pips big" aria-hidden="true">
        {pipsOf(agent)
          .slice(0, 8)
          .map((pip, slot) => (
            <i key={slot} className={pip === 'free' ? 'pip' : `pip ${pip}`} />
          ))}
      </span>
      <span className="second num">
        {away ? '–' : agent.attempts.length} / {agent.slots}
      </span>
    </span>
  );
}

/** What it works on, or its fault in words. */
function Doing({ agent }: { readonly agent: AgentView }) {
  const { t } = useTranslation();
  if (agent.status === 'silent')
    return (
      <span className="state-note silent">
        {agent.silentSince === undefined ? (
          t('agentStatus.silent')
        ) : (
          <>
            {t('agents.silentFor', { time: '' })}
            <Lasting from={agent.silentSince} to={undefined} />
          </>
        )}
      </span>
    );
  if (agent.status === 'unapproved')
    return (
      <span className="state-note unapproved">
        {t('agents.registered', { time: '' })}
        <Moment at={agent.registeredAt} />
      </span>
    );
  const [fault] = agent.health?.reasons ?? [];
  if (agent.status === 'unhealthy' && fault !== undefined) return <span className="state-note unhealthy">{sayReason(t, fault)}</span>;
  const [first, second] = agent.attempts;
  if (first === undefined)
    return (
      <span className="faint">
        {agent.status === 'disabled'
          ? t('agents.disabledNote')
          : agent.status === 'draining'
            ? t('agents.drainingNote')
            : t('agents.freeNow')}
      </span>
    );
  return (
    <span className="two">
      <Link className="cut" to={paths.runById(first.runId)}>
        {first.pipelineName} #{first.runNumber}
      </Link>
      {second === undefined ? null : (
        <span className="second">
          <span className="cut">
            {agent.attempts.length === 2
              ? `${second.pipelineName} #${second.runNumber}`
              : t('agents.more', { count: agent.attempts.length - 1 })}
          </span>
        </span>
      )}
    </span>
  );
}

const high = 85;

function Load({ agent }: { readonly agent: AgentView }) {
  const { t } = useTranslation();
  const memory = memoryPercent(agent);
  if (agent.health === undefined || memory === undefined) return <span className="faint">–</span>;
  const { loadPercent } = agent.health;
  const load = (loadPercent / 100).toFixed(loadPercent >= 1_000 ? 0 : 1);
  return (
    <span className="load">
      <Meter percent={loadPercent} shown={load} label={t('agents.loadOf', { load })} high={false} />
      <Meter percent={memory} shown={String(memory)} label={t('agents.memoryOf', { percent: memory })} high={memory >= high} />
    </span>
  );
}

interface MeterProps {
  readonly percent: number;
  readonly shown: string;
  readonly label: string;
  readonly high: boolean;
}

const Meter = ({ percent, shown, label, high: isHigh }: MeterProps) => (
  <>
    <span className={isHigh ? 'meter high' : 'meter'} role="img" aria-label={label}>
      <i style={{ width: `${Math.min(100, percent)}%` }} />
    </span>
    <span className="num" aria-hidden="true">
      {shown}
    </span>
  </>
);

function Approve({ agent }: { readonly agent: AgentView }) {
  const { t } = useTranslation();
  const refresh = useRefreshAgents();
  const { administrator } = usePerson();
  const approve = async (): Promise<void> => {
    try {
      refresh(await post<AgentView>(`/agents/${agent.id}/approve`));
      toast('succeeded', t('agents.approved', { name: agent.name }));
    } catch (problem) {
      sayRefusal(problem);
    }
  };
  return (
    <Button size="xs" disabled={!administrator} title={administrator ? undefined : t('agents.mayNot')} onClick={() => void approve()}>
      {t('agents.approve')}
    </Button>
  );
}
