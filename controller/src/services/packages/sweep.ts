import type { RetentionPolicy } from '../../domain/packages/retention.js';
import { expiredPackages } from '../../domain/packages/retention.js';
import { blobGraceMs } from '../../domain/packages/records.js';
import type { Integrity } from '../integrity/integrity.js';
import type { Clock, CrashPoints } from '../ports/environment.js';
import type { BlobStorage } from './blob-storage.js';
import type { Repository } from './repository.js';
import { blobIdOf } from './stored-blob.js';
import type { BlobStore, PackageStore, UploadStore } from './stores.js';

export interface SweepPorts {
  readonly storage: BlobStorage;
  readonly packages: PackageStore;
  readonly uploads: UploadStore;
  readonly blobs: BlobStore;
  readonly repository: Repository;
  readonly clock: Clock;
  readonly crashPoints: CrashPoints;
  readonly integrity: Integrity;
  /** How long packages are kept; asked at each sweep. */
  readonly policy: () => Promise<RetentionPolicy>;
}

export interface Swept {
  readonly packages: number;
  readonly uploads: number;
  readonly blobs: number;
  readonly orphans: number;
}

const batch = 200;

/** Removes what the policy does not keep, uploads that nobody continues, and bytes that nothing refers to. May run at any time, also twice at once. */
export async function sweepPackages(ports: SweepPorts): Promise<Swept> {
  const packages = await retire(ports);
  const uploads = await sweepUploads(ports);
  const blobs = await sweepBlobs(ports);
  return { packages, uploads, blobs, orphans: await sweepOrphans(ports) };
}

async function retire({ packages, repository, clock, policy }: SweepPorts): Promise<number> {
  const rule = await policy();
  if (rule.keepDays === undefined && rule.keepVersions === undefined) return 0;
  let count = 0;
  for (const projectId of await packages.projects()) {
    for (const packageId of expiredPackages(await packages.ofProject(projectId), rule, clock.now())) {
      if (await repository.remove(packageId)) count++;
    }
  }
  return count;
}

async function sweepUploads({ uploads, storage, blobs, clock }: SweepPorts): Promise<number> {
  let count = 0;
  for (;;) {
    const expired = await uploads.expired(clock.now(), batch);
    for (const { _id, complete } of expired) {
      if (!complete && !(await blobs.keeps(_id))) await storage.remove(_id);
      await uploads.remove(_id);
      count++;
    }
    if (expired.length < batch) return count;
  }
}

/** A blob that a package is about to refer to was touched just before: only older ones are looked at, and only untouched ones go. */
async function sweepBlobs({ blobs, packages, storage, clock, crashPoints, integrity }: SweepPorts): Promise<number> {
  let count = 0;
  let after: string | undefined;
  for (;;) {
    const old = await blobs.untouchedSince(clock.now() - blobGraceMs, after, batch);
    for (const blob of old) {
      after = blob._id;
      if (await packages.refersTo(blob._id)) continue;
      if (!(await blobs.removeUntouched(blob))) continue;
      crashPoints.reach('controller.blob.removed');
      await storage.remove(blob.storageKey);
      await integrity.forget(blobIdOf(blob._id));
      count++;
    }
    if (old.length < batch) return count;
  }
}

/** Bytes that a crash left: neither an upload that may continue, nor a blob. The upload is looked up first, as it turns into a blob and not back. */
async function sweepOrphans({ storage, uploads, blobs }: SweepPorts): Promise<number> {
  let count = 0;
  for await (const key of storage.keys()) {
    const upload = await uploads.byId(key);
    if ((upload && !upload.complete) || (await blobs.keeps(key))) continue;
    await storage.remove(key);
    count++;
  }
  return count;
}
