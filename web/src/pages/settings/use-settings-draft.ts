import type { Settings } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { toast } from '../../parts/overlays/toasts.js';
import { draftOf, settingsOf, type SettingsDraft } from './settings-draft.js';

/** The draft of the settings, and saving it. */
export function useSettingsDraft(settings: Settings) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [draft, setDraft] = useState(() => draftOf(settings));
  const save = (): void => {
    put<Settings>('/settings', settingsOf(draft, settings)).then((saved) => {
      setError(null);
      cache.setQueryData(keys.settings, saved);
      toast('succeeded', t('settings.saved'));
    }, setError);
  };
  return { draft, set: (part: Partial<SettingsDraft>): void => setDraft((now) => ({ ...now, ...part })), error, save };
}
