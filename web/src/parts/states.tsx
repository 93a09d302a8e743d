import { Button } from '@mantine/core';
import { IconAlertOctagon, IconLock, IconSearch } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError, sayError } from '../api/problem.js';

/** What belongs here and the action that fills it, under the open gate. `page` makes its title the heading of the page, where there is no other. */
export function Empty({
  title,
  children,
  actions,
  page = false,
}: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly page?: boolean;
}) {
  const Heading = page ? 'h1' : 'h2';
  return (
    <div className="void">
      <svg className="art" viewBox="0 0 120 40" aria-hidden="true">
        <path d="M0 20h44M76 20h44" />
        <path className="p" d="M60 4v9M60 27v9" />
      </svg>
      <Heading>{title}</Heading>
      {children === undefined ? null : <p>{children}</p>}
      {actions === undefined ? null : <div className="acts">{actions}</div>}
    </div>
  );
}

const patienceMs = 300;

/** Still grey shapes, after 300 ms. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <ul className="skel" aria-busy="true" aria-label={t('states.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <li key={row}>
          <i className="dot" />
          <span>
            <i style={{ width: `${48 + ((row * 37) % 30)}%` }} />
            <i className="thin" style={{ width: `${26 + ((row * 23) % 24)}%` }} />
          </span>
          <i />
          <i />
        </li>
      ))}
    </ul>
  );
}

/** What failed and why, in the controller's words; retries by itself when the controller was not reached. */
export function Failure({
  error,
  title,
  retry,
}: {
  readonly error: unknown;
  readonly title?: ReactNode;
  readonly retry?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const problem = error instanceof ApiError ? error : undefined;
  if (problem?.code === 'notFound') return <NotFound />;
  const passing = problem?.code === 'unreachable' || (problem?.status ?? 0) >= 500;
  const detail = problem?.code === 'unreachable' ? t('states.unreachable') : sayError(error);
  return (
    <div className="note-page">
      <div className="note bad" role="alert">
        {problem?.code === 'forbidden' ? <IconLock size={16} /> : <IconAlertOctagon size={16} />}
        <div className="grow">
          <b>{problem?.code === 'forbidden' ? t('states.forbidden') : (title ?? t('states.failed'))}</b>
          <p>
            {detail}{' '}
            {passing && retry !== undefined ? (
              <Countdown key={String(error)} seconds={problem?.retryAfterSeconds ?? 5} onEnd={retry} />
            ) : null}{' '}
            {problem?.requestId === undefined ? null : (
              <span className="mono faint">{t('states.requestId', { id: problem.requestId })}</span>
            )}
          </p>
        </div>
        {retry === undefined ? null : (
          <Button size="xs" onClick={retry}>
            {t('states.tryNow')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Countdown({ seconds, onEnd }: { readonly seconds: number; readonly onEnd: () => void }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const timer = setTimeout(() => (left <= 1 ? (setLeft(seconds), onEnd()) : setLeft(left - 1)), 1_000);
    return () => clearTimeout(timer);
  }, [left, onEnd, seconds]);
  return <span className="num">{t('states.again', { seconds: left })}</span>;
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      title={t('states.notFound')}
      actions={
        <Button component={Link} to="/pipelines">
          {t('states.toPipelines')}
        </Button>
      }
    >
      {t('states.notFoundText')}
    </Empty>
  );
}

/** A filtered list that shows nothing. */
export function NothingFound({ search, onClear }: { readonly search?: string | undefined; readonly onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="note-page">
      <div className="note">
        <IconSearch size={16} />
        <div className="grow">
          <b>{search === undefined || search === '' ? t('states.nothingHere') : t('states.nothingNamed', { search })}</b>
          <p>
            <button type="button" className="lk" onClick={onClear}>
              {t('states.clearFilter')}
            </button>
          </p>
        </div>
      </div>
    </div>
  );
}

/** Loading, error or the data of a query; data once seen stays. */
export function Loaded<T>({
  query,
  children,
  rows,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  readonly rows?: number;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Loading {...(rows === undefined ? {} : { rows })} />;
}
