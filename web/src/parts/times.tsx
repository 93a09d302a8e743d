import { duration, durations } from '../format/amounts.js';
import { useNow, useNowInSteps } from '../format/ticker.js';
import { comingTime, exactTime, relativeTime } from '../format/times.js';
import { useTongue } from '../i18n/index.js';
import { Tip } from './overlays/tip.js';

/** A moment, relative up to 7 days, the exact one on hover and focus. */
export function Moment({ at, coming = false }: { readonly at: number; readonly coming?: boolean }) {
  const tongue = useTongue();
  const now = useNowInSteps(10 * durations.second);
  return (
    <Tip label={exactTime(at)}>
      <time dateTime={new Date(at).toISOString()}>
        {coming ? comingTime(at, now, tongue) : relativeTime(at, Math.max(now, at), tongue)}
      </time>
    </Tip>
  );
}

/** How long something takes: ticks while `to` is open, nothing before `from`. */
export function Lasting({ from, to }: { readonly from: number | undefined; readonly to: number | undefined }) {
  if (from === undefined) return null;
  return to === undefined ? <Ticking from={from} /> : <span className="num">{duration(to - from)}</span>;
}

const Ticking = ({ from }: { readonly from: number }) => <span className="num">{duration(useNow() - from)}</span>;
