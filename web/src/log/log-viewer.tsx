import type { AttemptView } from '@drover/protocol/api';
import { useMantineColorScheme } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Caps } from '../keys/keys.js';
import { LogBar } from './log-bar.js';
import { Minimap } from './minimap.js';
import type { LogSession } from './session/log-session.js';
import type { LogSnapshot } from './session/looks.js';
import { useLogKeys } from './use-log-keys.js';
import { useFullLog } from './use-full-log.js';
import { MarkStencils, useLogSession, type Stencils } from './use-log-session.js';
import './log.css';
import './log-bar.css';

interface LogViewerProps {
  readonly attempt: AttemptView;
  readonly taskName: string;
  /** Stands first in the bar: the task and its attempts. */
  readonly lead: ReactNode;
}

/** The log of one attempt with its bar. The lines are drawn without React; this holds what stands around them. */
export function LogViewer({ attempt, taskName, lead }: LogViewerProps) {
  const { t } = useTranslation();
  const host = useRef<HTMLDivElement>(null);
  const [stencils, setStencils] = useState<Stencils | undefined>(undefined);
  const [wrap, setWrap] = useState(() => window.matchMedia('(max-width: 720px)').matches);
  const [times, setTimes] = useState(true);
  const [said, setSaid] = useState('');
  const { full, toggleFull } = useFullLog();
  const { session, snapshot } = useLogSession({ host, attempt, stencils, wrap });
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => session?.repaint(), [session, colorScheme]);
  useLogKeys(session, () => setSaid(session?.lastLine() ?? ''));
  return (
    <section className={full ? 'logcol full' : 'logcol'} aria-label={t('log.label', { task: taskName })}>
      <MarkStencils onReady={setStencils} />
      <LogBar
        lead={lead}
        attempt={attempt}
        session={session}
        snapshot={snapshot}
        wrap={wrap}
        times={times}
        onWrap={() => setWrap(!wrap)}
        onTimes={() => setTimes(!times)}
        full={full}
        onFull={toggleFull}
      />
      {snapshot?.trouble === undefined ? null : (
        <p className="log-trouble" role="status">
          {t('log.trouble')}
        </p>
      )}
      <div className="log-frame">
        <div
          ref={host}
          className={['log', wrap && 'wrap', !times && 'no-times'].filter(Boolean).join(' ')}
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label={t('log.label', { task: taskName })}
          onCopy={(event) => copied(event.nativeEvent, session)}
        />
        <Quiet attempt={attempt} snapshot={snapshot} />
        <Minimap session={session} snapshot={snapshot} />
        {session === undefined || snapshot === undefined ? null : (
          <FollowButton live={attempt.log.state === 'live' || attempt.log.state === 'away'} session={session} snapshot={snapshot} />
        )}
      </div>
      <div className="sr" aria-live="polite">
        {said}
      </div>
    </section>
  );
}

/** What stands in a log without lines. */
function Quiet({ attempt, snapshot }: { readonly attempt: AttemptView; readonly snapshot: LogSnapshot | undefined }) {
  const { t } = useTranslation();
  if (snapshot?.ready !== true || snapshot.totalLines > 0 || attempt.steps.length > 0) return null;
  return (
    <p className="log-quiet">
      {t(
        attempt.state === 'finished'
          ? 'log.emptyEnded'
          : attempt.state === 'queued' || attempt.state === 'offered'
            ? 'log.notStarted'
            : 'log.empty',
      )}
    </p>
  );
}

function FollowButton({
  live,
  session,
  snapshot,
}: {
  readonly live: boolean;
  readonly session: LogSession;
  readonly snapshot: LogSnapshot;
}) {
  const { t } = useTranslation();
  const { follow } = snapshot;
  if (!live) return null;
  return (
    <button type="button" className="follow" aria-pressed={follow.following} onClick={() => session.toggleFollow()}>
      <IconArrowDown size={14} stroke={1.75} />
      <span className="num">
        {follow.following ? t('log.following') : follow.unseen === 0 ? t('log.followIt') : t('log.followNew', { count: follow.unseen })}
      </span>
      <Caps keys="f" />
    </button>
  );
}

/** Copies the text of lines, without numbers and times; with nothing selected, the linked lines. */
function copied(event: ClipboardEvent, session: LogSession | undefined): void {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed) {
    void session?.linkedText().then((text) => (text === undefined ? undefined : navigator.clipboard.writeText(text)));
    return;
  }
  const range = selection.getRangeAt(0);
  const root = event.currentTarget instanceof Element ? event.currentTarget : document.querySelector('.log');
  const rows = [...(root ?? document).querySelectorAll<HTMLElement>('.ln .tx')].filter((text) => range.intersectsNode(text));
  if (rows.length === 0) return;
  event.preventDefault();
  event.clipboardData?.setData('text/plain', rows.map((text) => partOf(text, range)).join('\n'));
}

function partOf(text: HTMLElement, range: Range): string {
  const part = document.createRange();
  part.selectNodeContents(text);
  if (text.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
  if (text.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
  return part.toString();
}
