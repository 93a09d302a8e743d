import type { Settings } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { toast } from '../../parts/overlays/toasts.js';

/** The settings as the fields hold them. */
export interface SettingsDraft {
  readonly approval: boolean;
  /** In megabytes. */
  readonly limit: number | string;
  /** One a line. */
  readonly folders: string;
  readonly runDays: number | string;
  readonly runsMost: number | string;
  readonly packageDays: number | string;
  readonly packageVersions: number | string;
}

const megabyte = 1_000_000;
/** As the field shows it: two places are enough, and an untouched field changes nothing. */
const inMegabytes = (bytes: number): number => Math.round((bytes / megabyte) * 100) / 100;

/** The draft of the settings, and saving it. */
export function useSettingsDraft(settings: Settings) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [draft, setDraft] = useState<SettingsDraft>({
    approval: settings.agentApproval,
    limit: inMegabytes(settings.logLimitBytes),
    folders: settings.allowedFolders.join('\n'),
    runDays: settings.retention?.runs.days ?? '',
    runsMost: settings.retention?.runs.runs ?? '',
    packageDays: settings.retention?.packages.days ?? '',
    packageVersions: settings.retention?.packages.versions ?? '',
  });
  const save = (): void => {
    put<Settings>('/settings', settingsOf(draft, settings)).then((saved) => {
      setError(null);
      cache.setQueryData(keys.settings, saved);
      toast('succeeded', t('settings.saved'));
    }, setError);
  };
  return { draft, set: (part: Partial<SettingsDraft>): void => setDraft((now) => ({ ...now, ...part })), error, save };
}

const settingsOf = ({ approval, limit, folders, ...kept }: SettingsDraft, before: Settings): Settings => ({
  agentApproval: approval,
  logLimitBytes: Number(limit) === inMegabytes(before.logLimitBytes) ? before.logLimitBytes : Math.round(Number(limit) * megabyte),
  allowedFolders: folders
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
  retention: {
    runs: { ...limitOf('days', kept.runDays), ...limitOf('runs', kept.runsMost) },
    packages: { ...limitOf('days', kept.packageDays), ...limitOf('versions', kept.packageVersions) },
  },
});

/** An empty field is no limit. */
const limitOf = <Name extends string>(name: Name, value: number | string): { readonly [Key in Name]?: number } =>
  value === '' ? {} : ({ [name]: Number(value) } as { readonly [Key in Name]?: number });
