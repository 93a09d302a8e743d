import type { AttemptView } from '@drover/protocol/api';
import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconBroadcast,
  IconCircleCheck,
  IconClock,
  IconDownload,
  IconFold,
  IconFoldDown,
  IconMaximize,
  IconMinimize,
  IconPlugConnectedX,
  IconScissors,
  IconTextWrap,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { address } from '../api/client.js';
import { size } from '../format/amounts.js';
import { serverNow } from '../format/clock.js';
import { badgeOf, type Badge } from './find/badge.js';
import { LogSearch } from './log-search.js';
import type { LogSession } from './session/log-session.js';
import type { LogSnapshot } from './session/looks.js';

interface LogBarProps {
  readonly lead: ReactNode;
  readonly attempt: AttemptView;
  readonly session: LogSession | undefined;
  readonly snapshot: LogSnapshot | undefined;
  readonly wrap: boolean;
  readonly times: boolean;
  readonly onWrap: () => void;
  readonly onTimes: () => void;
  /** On a phone the log has the whole screen, and the bar its tools. */
  readonly full: boolean;
  readonly onFull: () => void;
}

/** Task and attempt, completeness, first error, search, and how lines are shown. */
export function LogBar({ lead, attempt, session, snapshot, wrap, times, onWrap, onTimes, full, onFull }: LogBarProps) {
  const { t } = useTranslation();
  const folded = snapshot?.allFolded ?? false;
  return (
    <div className="logbar">
      {lead}
      {attempt.state === 'queued' || attempt.state === 'offered' ? null : (
        <BadgeView badge={badgeOf(attempt.log, snapshot?.receivedBytes ?? 0, undefined, serverNow())} />
      )}
      <span className="grow" />
      {snapshot?.firstError === undefined ? null : (
        <Tooltip label={`${t('log.firstError')} (E), ${t('log.nextError')} (N)`}>
          <button type="button" className="btn small jump" onClick={() => session?.goToError(0)}>
            <IconAlertOctagon size={14} stroke={1.75} />
            {t('log.firstError')}
            <span className="faint num">{snapshot.firstError + 1}</span>
          </button>
        </Tooltip>
      )}
      <LogSearch session={session} snapshot={snapshot} />
      <span className="bar-icons">
        <BarIcon
          label={t(folded ? 'log.unfoldAll' : 'log.foldAll')}
          onClick={() => session?.foldAll()}
          disabled={attempt.steps.length === 0}
        >
          {folded ? <IconFoldDown size={16} stroke={1.75} /> : <IconFold size={16} stroke={1.75} />}
        </BarIcon>
        <BarIcon className="times" label={t('log.times')} pressed={times} onClick={onTimes}>
          <IconClock size={16} stroke={1.75} />
        </BarIcon>
        <BarIcon label={t('log.wrap')} pressed={wrap} onClick={onWrap}>
          <IconTextWrap size={16} stroke={1.75} />
        </BarIcon>
        <Tooltip label={t('log.download')}>
          <ActionIcon component="a" href={address(`/attempts/${attempt.id}/log/raw`)} download aria-label={t('log.download')}>
            <IconDownload size={16} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      </span>
      <BarIcon className="full-toggle" label={t(full ? 'log.leaveFull' : 'log.full')} onClick={onFull}>
        {full ? <IconMinimize size={18} stroke={1.75} /> : <IconMaximize size={18} stroke={1.75} />}
      </BarIcon>
    </div>
  );
}

const BarIcon = ({
  label,
  className = '',
  pressed,
  disabled = false,
  onClick,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) => (
  <Tooltip label={label}>
    <ActionIcon
      aria-label={label}
      disabled={disabled}
      className={pressed === true ? `pressed ${className}` : className}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  </Tooltip>
);

const badgeIcons: Readonly<Record<Badge['kind'], typeof IconClock>> = {
  live: IconBroadcast,
  away: IconPlugConnectedX,
  complete: IconCircleCheck,
  cut: IconScissors,
  missing: IconAlertTriangle,
  damaged: IconAlertTriangle,
};
const short = (digest: string | undefined): string => (digest === undefined ? '–' : `${digest.slice(0, 12)}…`);

/** How complete the log is, with proof on hover. */
function BadgeView({ badge }: { readonly badge: Badge }) {
  const { t } = useTranslation();
  const Icon = badgeIcons[badge.kind];
  const { text, hint } = wordsOf(badge, t);
  return (
    <Tooltip label={hint} disabled={hint === undefined}>
      <span className={`chip stream is-${badge.kind}`} tabIndex={hint === undefined ? undefined : 0}>
        <Icon size={13} stroke={1.75} />
        <span className="num">{text}</span>
      </span>
    </Tooltip>
  );
}

function wordsOf(badge: Badge, t: TFunction): { text: string; hint?: string } {
  switch (badge.kind) {
    case 'live':
      return { text: t('log.live', { size: size(badge.bytes) }) };
    case 'away':
      return {
        text:
          badge.minutes === undefined
            ? t('log.away', { size: size(badge.bytes) })
            : t('log.awayFor', { size: size(badge.bytes), minutes: badge.minutes }),
        hint: t('log.awayHint'),
      };
    case 'complete':
      return {
        text: t('log.complete', { size: size(badge.bytes) }),
        hint: t('log.completeHint', { reported: short(badge.reported), stored: short(badge.stored) }),
      };
    case 'cut':
      return { text: t('log.cut', { size: size(badge.bytes) }), hint: t('log.cutHint') };
    case 'damaged':
      return { text: t('log.damaged', { size: size(badge.bytes) }), hint: t('log.damagedHint') };
    case 'missing':
      return { text: t('log.missing', { from: badge.from, to: badge.to }), hint: t('log.missingHint') };
  }
}
