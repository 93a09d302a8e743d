import type { Removals } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** While something is being deleted, this often. */
const askEveryMs = 2_000;

/** What was deleted and is still being removed; nothing is shown when there is nothing. */
export function Removing() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: keys.removals,
    queryFn: () => get<Removals>('/removals'),
    refetchInterval: (query) => ((query.state.data?.things.length ?? 0) > 0 ? askEveryMs : false),
  });
  if (data === undefined || data.things.length === 0) return null;
  return (
    <section className="part body">
      <h2>{t('settings.removing')}</h2>
      <ul>
        {data.things.map(({ kind, name, requestedAt, runsLeft }) => (
          <li key={`${kind} ${name} ${requestedAt}`}>{t(`settings.removingThing.${kind}`, { name, count: runsLeft })}</li>
        ))}
      </ul>
    </section>
  );
}
