import { createRemains, createRemovalStore, removalRecords } from '../adapters/store/removal/removal-store.js';
import type { Packages } from '../services/packages/create-packages.js';
import type { Logs } from '../services/logs/create-logs.js';
import type { CrashPoints, Timers } from '../services/ports/environment.js';
import { Removals } from '../services/removal/removals.js';
import { announceRetention, expireRuns } from '../services/removal/retention.js';
import type { StoreConnection } from '../adapters/store/shared/connection.js';
import type { Foundations, World } from './accounts-and-pipelines.js';
import type { RunningEngine } from './engine.js';

export interface RemovalParts extends World {
  readonly connection: StoreConnection;
  readonly timers: Timers;
  readonly crashPoints: CrashPoints;
  readonly foundations: Foundations;
  readonly engine: RunningEngine;
  readonly logs: Logs;
  readonly packages: Packages;
}

const hourMs = 3_600_000;
/** The first look for expired runs: a start has better things to do at first. */
const firstMs = 60_000;

/** Deleting: what was deleted is taken out in the background, and once an hour what no policy keeps any more. */
export async function openRemovals(parts: RemovalParts): Promise<Removals> {
  const { stores, foundations, engine, logs, packages, lifetime } = parts;
  const records = removalRecords(parts.connection);
  await records.ensureIndexes();
  const remains = createRemains(parts.connection);
  const removals = new Removals({
    ...parts,
    ...engine.removal,
    removals: createRemovalStore(records),
    remains,
    removeLog: (log) => logs.intake.remove(log),
    packagesOf: (projectId, limit) => packages.idsOf(projectId, limit),
    removePackage: (packageId) => packages.repository.remove(packageId),
    removeJob: (jobId) => stores.jobs.remove(jobId),
    removeEndpoint: (endpointId) => stores.endpoints.remove(endpointId),
    collect: foundations.definitions.collect,
  });
  await announceRetention({ ...parts, settings: foundations.settings }, stores.settings);
  const expiring = startHourly(parts, async () => {
    await expireRuns({ ...parts, ...stores, settings: foundations.settings, removals, remains });
    removals.tryAgain();
  });
  lifetime.owns(async () => {
    await removals.close(); // first: it ends what is under way
    await expiring();
  });
  return removals;
}

/** Returns a wait for what is under way. */
function startHourly({ timers, log }: RemovalParts, work: () => Promise<void>): () => Promise<unknown> {
  let underWay: Promise<unknown> = Promise.resolve();
  const after = (ms: number): void =>
    void timers.after(ms, () => {
      underWay = work().catch((error: unknown) => log.error('runs cannot be looked through for expired ones', { error }));
      after(hourMs);
    });
  after(firstMs);
  return () => underWay;
}
