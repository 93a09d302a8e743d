import type { Instant, PackageId, ProjectId, RunId, UploadId } from '@drover/protocol';
import type { BlobRecord, PackagePlace, PackageRecord, UploadRecord } from '../../domain/packages/records.js';
import type { Retained } from '../../domain/packages/retention.js';

export interface PackageQuery {
  readonly projectId: ProjectId;
  readonly directory?: string;
  readonly name?: string;
  readonly search?: string;
  readonly page: number;
  readonly pageSize: number;
}

export interface Found<T> {
  readonly items: readonly T[];
  /** Exact up to a limit, then the limit, with `more`. */
  readonly total: number;
  readonly more: boolean;
}

/** Packages, newest first wherever there are several. */
export interface PackageStore {
  /** A second insert of the same id changes nothing. */
  insert(record: PackageRecord): Promise<void>;
  byId(packageId: PackageId): Promise<PackageRecord | undefined>;
  remove(packageId: PackageId): Promise<boolean>;
  /** Packages at these coordinates, newest first. */
  at(projectId: ProjectId, place: PackagePlace): Promise<readonly PackageRecord[]>;
  find(query: PackageQuery): Promise<Found<PackageRecord>>;
  ofRun(runId: RunId, options: { readonly taskKey?: string; readonly limit: number }): Promise<readonly PackageRecord[]>;
  /** Files right in a directory, newest first, `limit` at most. */
  inDirectory(projectId: ProjectId, directory: string, limit: number): Promise<readonly PackageRecord[]>;
  /** Names of the folders right below a directory, in order, `limit` at most. */
  foldersBelow(projectId: ProjectId, directory: string, limit: number): Promise<readonly string[]>;
  refersTo(sha256: string): Promise<boolean>;
  projects(): Promise<readonly ProjectId[]>;
  /** Some of a project's packages. */
  idsOf(projectId: ProjectId, limit: number): Promise<readonly PackageId[]>;
  ofProject(projectId: ProjectId): Promise<readonly Retained[]>;
}

export interface UploadStore {
  /** The upload of that identity: this one, or the one that was there. */
  insert(record: UploadRecord): Promise<UploadRecord>;
  byId(uploadId: UploadId): Promise<UploadRecord | undefined>;
  extend(uploadId: UploadId, expiresAt: Instant): Promise<void>;
  complete(uploadId: UploadId, expiresAt: Instant): Promise<void>;
  remove(uploadId: UploadId): Promise<void>;
  expired(now: Instant, limit: number): Promise<readonly UploadRecord[]>;
}

export interface BlobStore {
  /** The blob of that digest, touched now: this one, or the one that was there. */
  claim(blob: BlobRecord): Promise<BlobRecord>;
  byDigest(sha256: string): Promise<BlobRecord | undefined>;
  /** Lets the blob have the bytes under another key, if it still has those of `blob`. */
  move(blob: BlobRecord, storageKey: UploadId): Promise<boolean>;
  keeps(storageKey: UploadId): Promise<boolean>;
  untouchedSince(instant: Instant, after: string | undefined, limit: number): Promise<readonly BlobRecord[]>;
  /** Forgets the blob unless somebody touched it since. */
  removeUntouched(blob: BlobRecord): Promise<boolean>;
}
