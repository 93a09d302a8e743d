import type { RunSummary } from '@drover/protocol/api';
import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { duration } from '../../format/amounts.js';
import { median, tookMs } from './durations.js';

const height = 44;
const fewest = 3;

/** Durations of the runs shown, oldest first; good ones stand on the line, bad ones hang below it. Each opens its run. */
export function Trend({ runs }: { readonly runs: readonly RunSummary[] }) {
  const { t } = useTranslation();
  const ended = [...runs].reverse().filter((run) => tookMs(run) !== undefined);
  if (ended.length < fewest) return null;
  const good = ended.filter(({ status }) => status === 'succeeded');
  const longest = Math.max(1, ...ended.map((run) => tookMs(run) ?? 0));
  const middle = median(good.map((run) => tookMs(run) ?? 0));
  return (
    <figure className="trend">
      <div className="trend-bars">
        {ended.map((run) => {
          const took = tookMs(run) ?? 0;
          const label = t('history.trendBar', { number: run.number, status: t(`status.${run.status}`), duration: duration(took) });
          const bad = run.status === 'failed' || run.status === 'timedOut' || run.status === 'lost';
          return (
            <Tooltip key={run.id} label={label} openDelay={80}>
              <Link to={paths.run(run.pipelineId, run.number)} aria-label={label}>
                <i
                  className={bad ? 'bad' : run.status === 'stopped' ? 'stopped' : ''}
                  style={{ height: bad ? 8 : Math.max(3, Math.round((took / longest) * height)) }}
                />
              </Link>
            </Tooltip>
          );
        })}
      </div>
      <figcaption className="num">
        <span className="faint">{t('history.trend', { count: ended.length })}</span>
        {middle === undefined ? null : <b>{t('history.median', { duration: duration(middle) })}</b>}
        <span className="faint">{t('history.rate', { percent: Math.round((good.length / ended.length) * 100) })}</span>
      </figcaption>
    </figure>
  );
}
