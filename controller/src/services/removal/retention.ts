import { retentionWaitMs, runsToExpire } from '../../domain/runs/retention.js';
import type { Clock, Log } from '../ports/environment.js';
import type { SettingsReader, SettingsStore } from '../ports/settings.js';
import type { PipelineStore } from '../ports/stores/pipelines.js';
import type { Remains } from './ports.js';
import type { Removals } from './removals.js';

export interface RetentionPorts {
  readonly removals: Removals;
  readonly remains: Remains;
  readonly pipelines: PipelineStore;
  readonly settings: SettingsReader;
  readonly clock: Clock;
  readonly log: Log;
}

const batch = 100;

/** Start-up, before `expireRuns`: notes at the first one when deleting begins, and says so while it is to come. */
export async function announceRetention(
  { settings, clock, log }: Pick<RetentionPorts, 'settings' | 'clock' | 'log'>,
  store: Pick<SettingsStore, 'noteRetention'>,
): Promise<void> {
  await store.noteRetention(clock.now() + retentionWaitMs);
  const { retention, retentionFrom } = await settings.read();
  if (retentionFrom === undefined || retentionFrom <= clock.now()) return;
  const before = new Date(retentionFrom).toISOString();
  log.info('no run is deleted by retention before this moment, unless an administrator saves the retention settings', {
    before,
    ...retention?.runs,
  });
}

/**
 * Deletes the runs that no pipeline keeps any more, until the removals are closed; resolves with how many. Deletes nothing
 * before `retentionFrom`. Once an hour is enough.
 */
export async function expireRuns({ removals, remains, pipelines, settings, clock, log }: RetentionPorts): Promise<number> {
  const { retention, retentionFrom = 0 } = await settings.read();
  if (clock.now() < retentionFrom) return 0;
  const { runs: farm = {} } = retention ?? {};
  let count = 0;
  for (const { _id } of await pipelines.heads('all')) {
    const own = (await pipelines.byId(_id))?.definition.retention;
    const rule = runsToExpire(farm, own, clock.now());
    while (!removals.isClosed) {
      const expired = await remains.expired(_id, rule, batch);
      if (expired.length === 0) break;
      await removals.expire(expired);
      count += expired.length;
    }
  }
  if (count > 0) log.info('runs deleted by the retention policy', { runs: count });
  return count;
}
