import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { count } from '../../format/amounts.js';
import { StatusMark, statusClass, type Status } from '../../parts/runs/status-mark.js';
import { tallies, type Tally } from './list-query.js';

const marks: Readonly<Record<Tally, Status>> = { running: 'running', queued: 'queued', failedToday: 'failed' };

/** What runs, waits and failed today, over all that the person may see; each is a filter. */
export function Tallies({
  chosen,
  onChoose,
}: {
  readonly chosen: Tally | undefined;
  readonly onChoose: (tally: Tally | undefined) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.tally, queryFn: () => get<Record<Tally, number>>('/pipelines/tally') });
  if (data === undefined) return <div className="tallies" />;
  return (
    <div className="row tallies">
      {tallies.map((tally) => (
        <button
          key={tally}
          type="button"
          className={`tally ${statusClass(marks[tally])}`}
          aria-pressed={chosen === tally}
          onClick={() => onChoose(chosen === tally ? undefined : tally)}
        >
          <StatusMark status={marks[tally]} hidden />
          <b className="num">{count(data[tally])}</b>
          <span>{t(`pipelines.${tally}`)}</span>
        </button>
      ))}
    </div>
  );
}
