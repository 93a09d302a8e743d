import type { WaitingView } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { duration } from '../../format/amounts.js';
import { sayReason } from '../../i18n/reason.js';
import { Lasting } from '../../parts/times.js';
import { groupAgents } from './waiting.js';

/** The whole answer: the verdict, the queue, what is needed, and every agent's reason. */
export function WaitingAnswer({ waiting }: { readonly waiting: WaitingView }) {
  const { t } = useTranslation();
  const { fit, others } = groupAgents(waiting.agents);
  return (
    <>
      <h3 className={waiting.impossible ? 'verdict bad' : 'verdict'} aria-live="polite">
        {sayReason(t, waiting.verdict)}
      </h3>
      <QueueFacts waiting={waiting} />
      {waiting.impossible ? <p className="verdict-line bad">{t('agents.waiting.impossible')}</p> : null}
      <Needs labels={waiting.labels} />
      <Fitting agents={fit} />
      <NotFitting groups={others} />
    </>
  );
}

function QueueFacts({ waiting: { since, place, estimateMs } }: { readonly waiting: WaitingView }) {
  const { t } = useTranslation();
  return (
    <dl className="queue-facts">
      <div>
        <dt>{t('agents.waiting.waited')}</dt>
        <dd>{since === undefined ? '–' : <Lasting from={since} to={undefined} />}</dd>
      </div>
      <div>
        <dt>{t('agents.waiting.place')}</dt>
        <dd className="num">{place === undefined ? '–' : t('agents.waiting.placeOf', { place })}</dd>
      </div>
      <div>
        <dt>{t('agents.waiting.estimate')}</dt>
        <dd className="num">
          {estimateMs === undefined ? t('agents.waiting.unknown') : t('agents.waiting.about', { time: duration(estimateMs) })}
        </dd>
      </div>
    </dl>
  );
}

function Needs({ labels }: { readonly labels: WaitingView['labels'] }) {
  const { t } = useTranslation();
  return (
    <p className="needs">
      <span className="faint">{t('agents.waiting.needs')}</span>
      {labels.length === 0 ? (
        <span className="faint">{t('agents.waiting.nothing')}</span>
      ) : (
        labels.map((label) => (
          <span key={label} className="chip line mono">
            {label}
          </span>
        ))
      )}
    </p>
  );
}

type Grouped = ReturnType<typeof groupAgents>;

function Fitting({ agents }: { readonly agents: Grouped['fit'] }) {
  const { t } = useTranslation();
  return (
    <>
      {agents.length === 0 ? null : (
        <h4 className="panel-head">
          {t('agents.waiting.fits')} <span className="faint num">{agents.length}</span>
        </h4>
      )}
      <ul className="checks">
        {agents.map(({ agentId, name, reason }) => (
          <li key={agentId}>
            <b className="strong">{name}</b>
            <p>{sayReason(t, reason)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function NotFitting({ groups }: { readonly groups: Grouped['others'] }) {
  const { t } = useTranslation();
  return (
    <>
      {groups.length === 0 ? null : (
        <h4 className="panel-head">
          {t('agents.waiting.doesNotFit')} <span className="faint num">{groups.reduce((sum, { agents }) => sum + agents.length, 0)}</span>
        </h4>
      )}
      <ul className="nofit">
        {groups.map(({ reason, agents }) => (
          <li key={JSON.stringify(reason)}>
            <span>{sayReason(t, reason)}</span>
            <span className="faint cut">{agents.map(({ name }) => name).join(t('common.comma'))}</span>
            <span className="faint num">{agents.length}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
