import type { AgentView, RunSummary } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { AgentGlyph, Glyph } from '../glyphs.js';

export type Status = RunSummary['status'];
export type AgentStatus = AgentView['status'];

const looks: Readonly<Record<Status, string>> = {
  notRun: 'notrun',
  queued: 'queued',
  waiting: 'waiting',
  running: 'running',
  stopping: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  timedOut: 'timedout',
  lost: 'lost',
  stopped: 'stopped',
  skipped: 'skipped',
};

/** The class that carries a status's colours (`--st`, `--tx`, `--sf`, `--ln`). */
export const statusClass = (status: Status): string => looks[status] ?? 'notrun';

/** Words that are coloured: success and rest are quiet. */
export const isLoud = (status: Status): boolean =>
  status === 'running' || status === 'stopping' || status === 'failed' || status === 'timedOut' || status === 'lost';

interface MarkProps {
  readonly status: Status;
  readonly size?: 14 | 16 | 20;
  readonly label?: string;
  readonly hidden?: boolean;
}

/** The shape of a status, with its name; `hidden` where the word stands beside it. */
export function StatusMark({ status, size = 16, label, hidden = false }: MarkProps) {
  const { t } = useTranslation();
  const look = statusClass(status);
  return (
    <svg
      className={`mark ${look} s${size}`}
      viewBox="0 0 16 16"
      {...(hidden ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label ?? t(`status.${status}`, { defaultValue: status }) })}
    >
      <Glyph look={look} />
    </svg>
  );
}

/** A status as a pill: mark, word, and what stands behind it (a ticking time). */
export function StatusPill({
  status,
  big = false,
  children,
}: {
  readonly status: Status;
  readonly big?: boolean;
  readonly children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <span className={`pill ${statusClass(status)}${big ? ' big' : ''}`}>
      <StatusMark status={status} hidden />
      {t(`status.${status}`, { defaultValue: status })}
      {children === undefined ? null : <span className="t">{children}</span>}
    </span>
  );
}

/** The word of a status in its colour, where it has one. */
export function StatusWord({ status }: { readonly status: Status }) {
  const { t } = useTranslation();
  return (
    <span className={isLoud(status) ? `says ${statusClass(status)} word` : 'faint word'}>
      {t(`status.${status}`, { defaultValue: status })}
    </span>
  );
}

const agentLooks: Readonly<Record<AgentStatus, string>> = {
  online: 'up',
  draining: 'drain',
  unhealthy: 'failed',
  silent: 'lost',
  unapproved: 'waiting',
  disabled: 'skipped',
};

/** The shape of an agent's state. */
export function AgentMark({
  status,
  size = 16,
  hidden = false,
}: {
  readonly status: AgentStatus;
  readonly size?: 14 | 16 | 20;
  readonly hidden?: boolean;
}) {
  const { t } = useTranslation();
  const look = agentLooks[status] ?? 'notrun';
  return (
    <svg
      className={`mark ${look} s${size}`}
      viewBox="0 0 16 16"
      {...(hidden ? { 'aria-hidden': true } : { role: 'img', 'aria-label': t(`agentStatus.${status}`, { defaultValue: status }) })}
    >
      <AgentGlyph look={look} />
    </svg>
  );
}
