import type { SessionView } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Loaded } from '../../parts/states.js';
import { num, TableHead } from '../../parts/table-head.js';
import { Moment } from '../../parts/times.js';
import { sayRefusal, useDone } from '../../parts/use-save.js';
import { browserName } from './browser-name.js';

/** A5: where one is signed in; each can be ended. */
export function Sessions() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: keys.sessions, queryFn: () => get<readonly SessionView[]>('/sessions') });
  return (
    <section className="part">
      <p className="soft">{t('account.sessionsText')}</p>
      <Loaded query={query} rows={2}>
        {(sessions) => (
          <div className="box table-box">
            <SessionTable sessions={sessions} />
          </div>
        )}
      </Loaded>
    </section>
  );
}

function SessionTable({ sessions }: { readonly sessions: readonly SessionView[] }) {
  const { t } = useTranslation();
  return (
    <table className="grid dense cards">
      <TableHead columns={[t('account.browser'), t('account.address'), num(t('account.lastSeen')), num(t('account.expires'))]} acts />
      <tbody>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ session }: { readonly session: SessionView }) {
  const { t } = useTranslation();
  const browser = browserName(session.userAgent);
  return (
    <tr>
      <td>
        <span className="row" title={session.userAgent}>
          <span className="strong cut">{browser}</span>
          {session.current ? <span className="chip">{t('account.thisOne')}</span> : null}
        </span>
      </td>
      <td data-label={t('account.address')}>
        <span className="mono">{session.address}</span>
      </td>
      <td className="num" data-label={t('account.lastSeen')}>
        <Moment at={session.lastSeenAt} />
      </td>
      <td className="num" data-label={t('account.expires')}>
        <Moment at={session.expiresAt} coming />
      </td>
      <td>
        <span className="row acts">{session.current ? null : <EndSession id={session.id} browser={browser} />}</span>
      </td>
    </tr>
  );
}

function EndSession({ id, browser }: { readonly id: SessionView['id']; readonly browser: string }) {
  const { t } = useTranslation();
  const done = useDone();
  const end = (): void => void remove(`/sessions/${id}`).then(() => done(t('account.ended'), keys.sessions), sayRefusal);
  return (
    <Button size="xs" variant="danger" aria-label={t('account.endNamed', { browser })} onClick={end}>
      {t('account.endSession')}
    </Button>
  );
}
