import type { Page, PipelineRow } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { get } from '../api/client.js';
import { keys } from '../api/keys.js';
import { paths } from '../app/paths.js';
import { StatusMark } from '../parts/runs/status-mark.js';

const mostShown = 12;

/** The person's favourite pipelines with their live marks. */
export function Favourites() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: keys.favourites,
    queryFn: () => get<Page<PipelineRow>>('/pipelines', { filter: 'favourites', pageSize: mostShown, sort: 'name' }),
    staleTime: 60_000,
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <>
      <div className="nav-head">
        <span>{t('frame.favourites')}</span>
      </div>
      <nav className="nav" aria-label={t('frame.favourites')}>
        {data.items.map((row) => (
          <NavLink
            key={row.id}
            to={row.newestRun === undefined ? paths.history(row.id) : paths.run(row.id, row.newestRun.number)}
            aria-label={row.name}
          >
            <span className="mark-box">
              <StatusMark status={row.newestRun?.status ?? 'notRun'} hidden />
            </span>
            <span className="cut">{row.name}</span>
          </NavLink>
        ))}
      </nav>
    </>
  );
}
