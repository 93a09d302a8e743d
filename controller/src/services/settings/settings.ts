import type { Settings } from '@drover/protocol/api';
import type { SettingsReader, SettingsStore } from '../ports/settings.js';

/** B1: the default limit of a log. */
const defaultLogLimitBytes = 100_000_000;
export const defaultSettings: Settings = { agentApproval: false, logLimitBytes: defaultLogLimitBytes, allowedFolders: [] };

/** The farm's settings: what nobody set has its default. */
export function createSettings(store: SettingsStore): SettingsReader & { save(settings: Settings): Promise<Settings> } {
  const read = async (): Promise<Settings> => ({ ...defaultSettings, ...(await store.load()) });
  return {
    read,
    async save(settings) {
      await store.save(settings);
      return read();
    },
  };
}
