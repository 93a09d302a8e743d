import type { PackageId, ProjectId } from '@drover/protocol';
import type { BlobRecord } from '../../domain/packages/records.js';
import type { RetentionPolicy } from '../../domain/packages/retention.js';
import type { Stored } from '../integrity/integrity-ports.js';
import { Repository } from './repository.js';
import { storedBlob } from './stored-blob.js';
import { sweepPackages, type Swept } from './sweep.js';
import { Uploads, type UploadPorts } from './uploads.js';

export interface Packages {
  readonly uploads: Uploads;
  readonly repository: Repository;
  /** Some of a project's packages. */
  idsOf(projectId: ProjectId, limit: number): Promise<readonly PackageId[]>;
  /** The bytes of a blob as a check wants them. */
  stored(blob: BlobRecord): Stored;
  /** Retention, and what crashes left behind. The caller owns the timer: once an hour is enough. */
  sweep(): Promise<Swept>;
  close(): Promise<void>;
}

/** The package repository over its stores, whose blob storage it owns from here on. */
export function createPackages(ports: UploadPorts & { readonly policy: () => Promise<RetentionPolicy> }): Packages {
  const repository = new Repository(ports);
  return {
    uploads: new Uploads(ports),
    repository,
    idsOf: (projectId, limit) => ports.packages.idsOf(projectId, limit),
    stored: (blob) => storedBlob(ports.storage, blob),
    sweep: () => sweepPackages({ ...ports, repository }),
    close: () => ports.storage.close(),
  };
}
