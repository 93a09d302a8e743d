import type { AttemptView } from '@drover/protocol/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../app/paths.js';
import { duration } from '../../../format/amounts.js';
import { useMaySeeAgents } from '../../../frame/use-may-see-agents.js';
import { sayReason } from '../../../i18n/reason.js';
import { Lasting } from '../../../parts/times.js';
import { WaitingDrawer } from '../../waiting/waiting-panel.js';

/** Where and how an attempt ran. */
export function AttemptFacts({ attempt }: { readonly attempt: AttemptView }) {
  const { t } = useTranslation();
  return (
    <aside className="facts" aria-label={t('run.facts')}>
      <h4>
        {t('run.attemptTitle')} <span className="faint num">{attempt.number}</span>
      </h4>
      <dl>
        {attempt.agent === undefined ? null : (
          <Fact name={t('run.agent')}>
            <AgentName name={attempt.agent.name} /> <span className="faint num">{t('run.slot', { slot: attempt.agent.slot + 1 })}</span>
          </Fact>
        )}
        <Fact name={t('run.executor')}>
          {attempt.executor === 'shell' ? t('run.shell') : attempt.executor === 'docker' ? t('run.docker') : attempt.executor}
        </Fact>
        <Queued attempt={attempt} />
        {attempt.startedAt === undefined ? null : (
          <Fact name={t('run.lasted')}>
            <Lasting from={attempt.startedAt} to={attempt.finishedAt} />
          </Fact>
        )}
        <Fact name={t('run.timeLimit')}>{duration(attempt.timeoutSeconds * 1_000)}</Fact>
        {attempt.exitCode === undefined ? null : (
          <Fact name={t('run.exitCode')}>
            <span className="mono">{attempt.exitCode}</span>
          </Fact>
        )}
      </dl>
      {attempt.labels.length === 0 ? null : (
        <>
          <h4>{t('run.labels')}</h4>
          <p className="label-list">
            {attempt.labels.map((label) => (
              <span key={label} className="chip mono">
                {label}
              </span>
            ))}
          </p>
        </>
      )}
      {attempt.warnings.length === 0 ? null : (
        <>
          <h4>{t('run.warnings')}</h4>
          <ul className="warnings">
            {attempt.warnings.map((warning, i) => (
              <li key={i}>
                <IconAlertTriangle size={14} stroke={1.75} />
                <span>{sayReason(t, warning)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </aside>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

function AgentName({ name }: { readonly name: string }) {
  return useMaySeeAgents() ? (
    <Link className="strong" to={`${paths.agents}?search=${encodeURIComponent(name)}`}>
      {name}
    </Link>
  ) : (
    <span className="strong">{name}</span>
  );
}

function Queued({ attempt }: { readonly attempt: AttemptView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const waits = attempt.state === 'queued' || attempt.state === 'offered';
  return (
    <Fact name={t('run.queued')}>
      <Lasting from={attempt.queuedAt} to={attempt.startedAt ?? (waits ? undefined : attempt.finishedAt)} />
      {waits ? (
        <button type="button" className="why faint" onClick={() => setOpen(true)}>
          {t('run.why')}
        </button>
      ) : null}
      {open ? (
        <WaitingDrawer
          subject={{ type: 'attempt', id: attempt.id, name: `#${attempt.runNumber}`, task: attempt.taskKey }}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </Fact>
  );
}
