import type { Settings } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ApiError } from '../../api/problem.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { Loaded } from '../../parts/states.js';
import { Removing } from './removing.js';
import { SettingsForm } from './settings-form.js';

/** What holds for the whole farm; for administrators. */
export default function SettingsPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: keys.settings, queryFn: () => get<Settings>('/settings') });
  return (
    <>
      <TopBar title={t('settings.title')} heading={<Heading>{t('settings.title')}</Heading>} />
      <div className="scroll">
        {query.error instanceof ApiError && query.error.code === 'forbidden' ? (
          <p className="note-page soft">{t('settings.onlyAdministrators')}</p>
        ) : null}
        <Loaded query={query} rows={3}>
          {(settings) => (
            <>
              <SettingsForm settings={settings} />
              <Removing />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}
