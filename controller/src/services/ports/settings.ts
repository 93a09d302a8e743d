import type { Instant } from '@drover/protocol';
import type { Settings } from '@drover/protocol/api';

/** The farm's settings, with defaults for what nobody set. */
export interface SettingsReader {
  read(): Promise<Settings>;
}
export interface SettingsStore {
  load(): Promise<Partial<Settings>>;
  save(settings: Settings): Promise<void>;
  /** Writes `retentionFrom` the first time; later calls change nothing. */
  noteRetention(from: Instant): Promise<void>;
}
