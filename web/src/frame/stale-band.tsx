import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../format/ticker.js';
import { clockTime } from '../format/times.js';
import { useLinkState } from '../live/live.js';

const bandAfterMs = 5_000;

/** Grey at once when the link is lost. */
export function LiveDot() {
  const { t } = useTranslation();
  const { type } = useLinkState();
  return (
    <span className="live" data-state={type}>
      {t(type === 'live' ? 'frame.live' : type === 'waiting' ? 'frame.connecting' : 'frame.offline')}
    </span>
  );
}

/** The amber band, once the link has been lost for 5 seconds. */
export function StaleBand() {
  const state = useLinkState();
  return state.type === 'off' ? <Band since={state.since} /> : null;
}

function Band({ since }: { readonly since: number }) {
  const { t } = useTranslation();
  useNow();
  if (Date.now() - since < bandAfterMs) return null;
  return (
    <div className="stale" role="status">
      <IconCloudOff size={14} />
      {t('states.stale', { time: clockTime(since) })}
    </div>
  );
}
