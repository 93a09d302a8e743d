import type { FarmView } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client.js';
import { keys } from '../api/keys.js';
import { paths } from '../app/paths.js';
import { useWatch } from '../live/live.js';

const mostPips = 96;

/** Each slot of the farm as a pip, grouped by agent; opens the agents for those who may see them. */
export function Pen({ linked, rail }: { readonly linked: boolean; readonly rail: boolean }) {
  const { t } = useTranslation();
  useWatch({ type: 'watchFarm' });
  const { data } = useQuery({ queryKey: keys.farm, queryFn: () => get<FarmView>('/farm'), staleTime: 60_000 });
  if (data === undefined) return null;
  const text = t('frame.slotsBusy', { busy: data.busy, slots: data.slots });
  const inside = (
    <>
      <span className="pen-text num">
        <span>{text}</span>{' '}
        {data.queuedTasks === 0 ? null : <span className="faint">{t('frame.queued', { count: data.queuedTasks })}</span>}
      </span>
      {data.slots > mostPips ? (
        <span className="meter" style={{ display: 'block' }}>
          <i style={{ width: `${(data.busy / data.slots) * 100}%` }} />
        </span>
      ) : (
        <Pips pen={data.pen} />
      )}
    </>
  );
  return (
    <div className="pen-box">
      {linked ? (
        <Link className="pen" to={paths.agents} aria-label={rail ? text : undefined}>
          {inside}
        </Link>
      ) : (
        <div className="pen">{inside}</div>
      )}
    </div>
  );
}

/** Pips of several agents: busy, free, or out of reach. */
export const Pips = ({ pen }: { readonly pen: FarmView['pen'] }) => (
  <span className="pips herd" aria-hidden="true">
    {pen.map(({ agentId, slots, busy, status }) => (
      <span key={agentId}>
        {Array.from({ length: slots }, (_, slot) => (
          <i key={slot} className={slot < busy ? 'pip busy' : status === 'online' ? 'pip' : 'pip off'} />
        ))}
      </span>
    ))}
  </span>
);
