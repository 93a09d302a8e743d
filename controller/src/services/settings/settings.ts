import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '@drover/protocol/api';
import type { SettingsReader, SettingsStore } from '../ports/settings.js';

/** B1: the default limit of a log. */
const defaultLogLimitBytes = 100_000_000;
/** O4: a year of runs, of each pipeline the newest 10,000 at most. Packages are releases: they stay until somebody says otherwise. */
const defaultRetention = { runs: { days: 365, runs: 10_000 }, packages: {} };
export const defaultSettings: Settings = {
  agentApproval: false,
  logLimitBytes: defaultLogLimitBytes,
  allowedFolders: [],
  retention: defaultRetention,
};

/** The farm's settings: what nobody set has its default. */
export function createSettings(store: SettingsStore): SettingsReader & { save(settings: Settings): Promise<Settings> } {
  const read = async (): Promise<Settings> => {
    const { retentionFrom, ...saved } = await store.load();
    const isDefault = saved.retention === undefined && retentionFrom !== undefined;
    return { ...defaultSettings, ...saved, ...(isDefault && { retentionFrom }) };
  };
  return {
    read,
    /** Without `retention` what was saved of it stays. The default as it was read, with its moment, is not saved: it would hold at once. */
    async save({ retentionFrom: wasRead, retention: wanted, ...settings }) {
      const { retention: saved } = await store.load();
      const isUntouched = saved === undefined && wasRead !== undefined && isDeepStrictEqual(wanted, defaultRetention);
      const retention = isUntouched ? undefined : (wanted ?? saved);
      await store.save({ ...settings, ...(retention && { retention }) });
      return read();
    },
  };
}
