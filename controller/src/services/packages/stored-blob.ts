import type { BlobRecord } from '../../domain/packages/records.js';
import type { Stored, StoredId } from '../integrity/integrity-ports.js';
import type { BlobStorage } from './blob-storage.js';

export const blobIdOf = (sha256: string): StoredId => `blob:${sha256}`;

/** The bytes of package files as a check wants them. */
export const storedBlob = (storage: BlobStorage, { _id: sha256, storageKey, sizeBytes }: BlobRecord): Stored => ({
  id: blobIdOf(sha256),
  name: `The package file with SHA-256 ${sha256}`,
  sizeBytes,
  sha256,
  read: (range) => storage.read(storageKey, range),
});
