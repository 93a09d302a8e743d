import type { AttemptView, LogHits, LogLines } from '@drover/protocol/api';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { get } from '../api/client.js';
import { duration, size } from '../format/amounts.js';
import { serverNow } from '../format/clock.js';
import { clockTime } from '../format/times.js';
import type { LiveClient } from '../live/client.js';
import { useLiveClient } from '../live/live.js';
import { StatusMark } from '../parts/runs/status-mark.js';
import { formatLink, parseLink } from './find/link.js';
import { LogSession } from './session/log-session.js';
import type { LogLooks, LogSnapshot } from './session/looks.js';
import type { LogPorts } from './source/ports.js';
import type { PaneTexts } from './view/row-drawer.js';

export type Stencils = ReadonlyMap<string, Element>;
const stencilStatuses = ['running', 'succeeded', 'failed', 'timedOut', 'lost', 'stopped', 'skipped'] as const;

/** Draws each status mark once, hidden; the log copies them into the heads of steps. */
export function MarkStencils({ onReady }: { readonly onReady: (stencils: Stencils) => void }) {
  const { i18n } = useTranslation();
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const marks = [...(box.current?.children ?? [])];
    onReady(
      new Map(
        stencilStatuses.flatMap((status, i): [string, Element][] => {
          const mark = marks[i];
          return mark === undefined ? [] : [[status, mark]];
        }),
      ),
    );
  }, [onReady, i18n.language]);
  return (
    <span ref={box} hidden>
      {stencilStatuses.map((status) => (
        <StatusMark key={status} status={status} size={14} />
      ))}
    </span>
  );
}

interface SessionInput {
  readonly host: RefObject<HTMLDivElement | null>;
  readonly attempt: AttemptView;
  readonly stencils: Stencils | undefined;
  readonly wrap: boolean;
}

const noSubscription = (): (() => void) => () => undefined;

/** Opens a reader at the attempt's log, keeps it up to date, and ends it. */
export function useLogSession({ host, attempt, stencils, wrap }: SessionInput): {
  session: LogSession | undefined;
  snapshot: LogSnapshot | undefined;
} {
  const client = useLiveClient();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const [session, setSession] = useState<LogSession | undefined>(undefined);
  const looks = useLooks(attempt, stencils, wrap);
  const latest = useRef({ attempt, looks, hash, navigate });
  useEffect(() => {
    latest.current = { attempt, looks, hash, navigate };
  });
  const ready = looks !== undefined;
  useEffect(() => {
    const { looks: first, attempt: record } = latest.current;
    if (!host.current || !ready || !first) return undefined;
    const opened = new LogSession({
      host: host.current,
      attempt: record,
      ports: portsOf(record.id, client),
      looks: first,
      linked: parseLink(latest.current.hash),
      onLink: (range) =>
        void latest.current.navigate(
          { search: window.location.search, hash: formatLink(range) },
          { replace: true, preventScrollReset: true },
        ),
    });
    setSession(opened);
    return () => opened.close();
  }, [attempt.id, client, host, ready]);
  useEffect(() => session?.update(attempt), [session, attempt]);
  useEffect(() => {
    if (looks) session?.setLooks(looks);
  }, [session, looks]);
  useEffect(() => {
    const range = parseLink(hash);
    if (session && range && formatLink(range) !== (session.snapshot().linked && formatLink(session.snapshot().linked ?? range)))
      session.link(range);
  }, [session, hash]);
  const snapshot = useSyncExternalStore(session?.subscribe ?? noSubscription, () => session?.snapshot());
  return { session, snapshot };
}

function portsOf(attemptId: AttemptView['id'], client: LiveClient): LogPorts {
  const at = `/attempts/${attemptId}/log`;
  return {
    lines: (from, count, signal) => get<LogLines>(`${at}/lines`, { from, count }, signal),
    search: (q, from, limit, signal) => get<LogHits>(`${at}/search`, { q, from, limit }, signal),
    watch: (offset) => client.watch(() => ({ type: 'watchLog', attemptId, offset: offset() })),
    credit: (taken) => client.send({ type: 'logCredit', attemptId, taken }),
    listen: (listener) => client.listen(listener),
    nextFrame: (callback) => void requestAnimationFrame(callback),
  };
}

function useLooks(attempt: AttemptView, stencils: Stencils | undefined, wrap: boolean): LogLooks | undefined {
  const texts = useTexts(attempt.log);
  return useMemo(() => {
    if (!stencils) return undefined;
    const phone = window.matchMedia('(max-width: 720px)').matches;
    return { texts, marks: stencils, heights: { step: phone ? 40 : 28, line: 20, note: 36 }, wrap };
  }, [texts, stencils, wrap]);
}

function useTexts({ state, sizeBytes, reportedSizeBytes }: AttemptView['log']): PaneTexts {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      clock: (at: number) => `${clockTime(at)}.${String(at % 1_000).padStart(3, '0')}`,
      cutLine: t('log.cutLine'),
      masked: t('log.masked'),
      took: (from: number | undefined, to: number | undefined) => (from === undefined ? '' : shortDuration((to ?? serverNow()) - from)),
      note:
        state === 'missing'
          ? t('log.missingNote', { from: sizeBytes, to: Math.max(sizeBytes, (reportedSizeBytes ?? sizeBytes) - 1) })
          : state === 'cut'
            ? t('log.cutNote', { size: size(sizeBytes) })
            : state === 'damaged'
              ? t('log.damagedNote')
              : undefined,
    }),
    [t, state, state === 'missing' || state === 'cut' ? sizeBytes : 0, reportedSizeBytes],
  );
}

/** Steps are often shorter than a second: tenths below ten. */
const shortDuration = (ms: number): string => (ms < 10_000 ? `${(Math.max(0, ms) / 1_000).toFixed(1)}s` : duration(ms));
