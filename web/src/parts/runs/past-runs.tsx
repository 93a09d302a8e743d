import type { PipelineRow } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { duration } from '../../format/amounts.js';
import type { Status } from './status-mark.js';
import { Tip } from '../overlays/tip.js';

type Bars = PipelineRow['lastRuns'];

const kinds: Readonly<Partial<Record<Status, string>>> = {
  failed: 'f',
  timedOut: 'f',
  lost: 'f',
  stopped: 's',
  skipped: 's',
  running: 'r',
  stopping: 'r',
  queued: 'r',
  waiting: 'r',
};
const tallest = 14;
const lowest = 3;

/** The last runs as bars by duration: good ones stand on the line, failed ones hang below it. Each opens its run. */
export function PastRuns({ bars, to }: { readonly bars: Bars; readonly to: (runNumber: number) => string }) {
  const { t } = useTranslation();
  const longest = Math.max(1, ...bars.map(({ durationMs }) => durationMs ?? 0));
  if (bars.length === 0) return null;
  return (
    <span className="past">
      {bars.map(({ number, status, durationMs }) => {
        const label = [`#${number} ${t(`status.${status}`)}`, ...(durationMs === undefined ? [] : [duration(durationMs)])].join(
          t('common.comma'),
        );
        const height = durationMs === undefined ? 7 : Math.max(lowest, Math.round((durationMs / longest) * tallest));
        return (
          <Tip key={number} label={label}>
            <Link to={to(number)} aria-label={label} className="past-link" tabIndex={-1}>
              <i className={kinds[status] ?? ''} style={{ '--h': `${height}px` } as React.CSSProperties} />
            </Link>
          </Tip>
        );
      })}
    </span>
  );
}
