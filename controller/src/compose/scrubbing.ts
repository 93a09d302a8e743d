import { attemptsAfter, blobsAfter, createScrubStateStore } from '../adapters/store/integrity/integrity-store.js';
import type { Config } from '../config.js';
import type { ScrubSource } from '../services/integrity/integrity-ports.js';
import { Scrubber } from '../services/integrity/scrubber.js';
import type { Logs } from '../services/logs/create-logs.js';
import type { Packages } from '../services/packages/create-packages.js';
import type { GuardedWorld } from './logs-and-packages.js';

const dayMs = 86_400_000;
const megabyte = 1_000_000;

/** Starts the slow check of all logs and packages; undefined where it is switched off. */
export function startScrubbing(
  world: GuardedWorld,
  { scrubMegabytesPerSecond, scrubEveryDays }: Pick<Config, 'scrubMegabytesPerSecond' | 'scrubEveryDays'>,
  { logs, packages }: { readonly logs: Logs; readonly packages: Packages },
): Scrubber | undefined {
  if (scrubMegabytesPerSecond === 0) return undefined;
  const scrubber = new Scrubber({
    ...world,
    sources: { logs: logSource(world, logs), blobs: blobSource(world, packages) },
    state: createScrubStateStore(world.db),
    bytesPerSecond: scrubMegabytesPerSecond * megabyte,
    everyMs: scrubEveryDays * dayMs,
  });
  world.lifetime.owns(() => scrubber.close());
  scrubber.start();
  return scrubber;
}

const logSource =
  ({ db }: GuardedWorld, logs: Logs): ScrubSource =>
  async (after, limit) => {
    const attempts = await attemptsAfter(db, after, limit);
    return Promise.all(
      attempts.map(async ({ _id: attemptId, projectId, runId, state, log }) => {
        const stored = state === 'finished' ? await logs.stored({ projectId, runId, attemptId }, log) : undefined;
        return { key: attemptId, ...(stored ? { stored } : {}) };
      }),
    );
  };

const blobSource =
  ({ db }: GuardedWorld, packages: Packages): ScrubSource =>
  async (after, limit) =>
    (await blobsAfter(db, after, limit)).map((blob) => ({ key: blob._id, stored: packages.stored(blob) }));
