import { join } from 'node:path';
import type { Settings } from '@drover/protocol/api';
import type { Db } from 'mongodb';
import { FolderLogStorage } from '../adapters/logs/folder/folder-log-storage.js';
import { MongoLogStorage } from '../adapters/logs/mongo/mongo-log-storage.js';
import { FolderBlobs } from '../adapters/packages/folder/folder-blobs.js';
import { GridFsBlobs } from '../adapters/packages/gridfs/gridfs-blobs.js';
import { createDamageStore } from '../adapters/store/integrity/integrity-store.js';
import { MongoBlobStore } from '../adapters/store/packages/blob-store.js';
import { MongoPackageStore } from '../adapters/store/packages/package-store.js';
import { MongoUploadStore } from '../adapters/store/packages/upload-store.js';
import { createLogs, type Logs } from '../services/logs/create-logs.js';
import { createPackages, type Packages } from '../services/packages/create-packages.js';
import type { Clock, CrashPoints, Ids, Log, Monotonic, Timers } from '../services/ports/environment.js';
import { Integrity } from '../services/integrity/integrity.js';
import type { RetentionPolicy } from '../domain/packages/retention.js';
import type { SettingsReader } from '../services/ports/settings.js';
import type { Leases } from '../services/ports/leases.js';
import type { Signals } from '../services/ports/signals.js';
import type { Lifetime } from './lifetime.js';

export interface StorageWorld {
  readonly db: Db;
  /** B4: files beside the embedded store, else documents in MongoDB. */
  readonly isEmbedded: boolean;
  readonly dataDir: string;
  readonly crashPoints: CrashPoints;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly log: Log;
  readonly lifetime: Lifetime;
}

/** Logs and packages share what is known of damage. */
export type GuardedWorld = StorageWorld & { readonly integrity: Integrity };

const hourMs = 3_600_000;
/** Longer than a claim of a move lasts, so that it is free again. */
const moveAgainMs = 900_000;

/** Knows what earlier checks of stored bytes found. */
export async function openIntegrity({ db, monotonic, clock, log }: StorageWorld): Promise<Integrity> {
  const integrity = new Integrity({ store: createDamageStore(db), monotonic, clock, log });
  await integrity.load();
  return integrity;
}

export async function openLogs(world: GuardedWorld): Promise<Logs> {
  const { isEmbedded, dataDir, crashPoints, lifetime } = world;
  const logs = createLogs({
    ...world,
    storage: isEmbedded ? new FolderLogStorage({ folder: join(dataDir, 'logs'), crashPoints }) : await openMongoLogs(world),
  });
  lifetime.owns(() => logs.close());
  return logs;
}

/** Sealed logs move to GridFS; a move that failed is tried again. */
async function openMongoLogs({ db, crashPoints, clock, timers, log }: StorageWorld): Promise<MongoLogStorage> {
  const moveFailed = (error: unknown): void =>
    log.warn('a log could not be moved to GridFS; it stays readable and is moved later', { error });
  const storage = new MongoLogStorage({ db, crashPoints, now: () => clock.now(), moveFailed });
  await storage.prepare();
  const again = (): void =>
    void timers.after(moveAgainMs, () => {
      storage.moveUnmoved().catch(moveFailed);
      again();
    });
  again();
  return storage;
}

/** The package repository, swept once an hour. */
export async function openPackages(world: GuardedWorld, leases: Leases, settings: SettingsReader): Promise<Packages> {
  const { db, isEmbedded, dataDir, clock, lifetime } = world;
  const stores = { packages: new MongoPackageStore(db), uploads: new MongoUploadStore(db), blobs: new MongoBlobStore(db) };
  const gridFs = isEmbedded ? undefined : new GridFsBlobs(db, () => clock.now());
  await Promise.all([...Object.values(stores), ...(gridFs ? [gridFs] : [])].map((store) => store.prepare()));
  const packages = createPackages({
    ...world,
    ...stores,
    storage: gridFs ?? new FolderBlobs(join(dataDir, 'packages')),
    leases,
    policy: async () => policyOf(await settings.read()),
  });
  lifetime.owns(() => packages.close());
  sweepHourly(world, packages);
  return packages;
}

const policyOf = ({ retention }: Settings): RetentionPolicy => ({
  ...(retention?.packages.days === undefined ? {} : { keepDays: retention.packages.days }),
  ...(retention?.packages.versions === undefined ? {} : { keepVersions: retention.packages.versions }),
});

function sweepHourly({ timers, log, lifetime }: StorageWorld, packages: Packages): void {
  let underWay: Promise<unknown> = Promise.resolve();
  const again = (): void =>
    void timers.after(hourMs, () => {
      underWay = packages.sweep().catch((error: unknown) => log.error('the packages could not be swept', { error }));
      again();
    });
  again();
  lifetime.owns(async () => void (await underWay));
}
