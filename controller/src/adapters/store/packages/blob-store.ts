import type { Collection, Db } from 'mongodb';
import type { Instant, UploadId } from '@drover/protocol';
import type { BlobRecord } from '../../../domain/packages/records.js';
import type { BlobStore } from '../../../services/packages/stores.js';
import { ensureIndexes } from '../../../shared/ensure-indexes.js';

/** Blobs as documents: which bytes belong to a digest. */
export class MongoBlobStore implements BlobStore {
  private readonly blobs: Collection<BlobRecord>;

  constructor(db: Db) {
    this.blobs = db.collection('blobs');
  }

  async prepare(): Promise<void> {
    await ensureIndexes(this.blobs, [[{ storageKey: 1 }]]);
  }

  async claim(blob: BlobRecord): Promise<BlobRecord> {
    for (;;) {
      const known = await this.blobs.findOneAndUpdate(
        { _id: blob._id },
        { $set: { touchedAt: blob.touchedAt } },
        { returnDocument: 'after' },
      );
      if (known) return known;
      try {
        await this.blobs.insertOne(blob);
        return blob;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
      }
    }
  }

  async byDigest(sha256: string): Promise<BlobRecord | undefined> {
    return (await this.blobs.findOne({ _id: sha256 })) ?? undefined;
  }

  async move({ _id, storageKey: from }: BlobRecord, storageKey: UploadId): Promise<boolean> {
    return (await this.blobs.updateOne({ _id, storageKey: from }, { $set: { storageKey } })).matchedCount === 1;
  }

  async keeps(storageKey: UploadId): Promise<boolean> {
    return (await this.blobs.findOne({ storageKey }, { projection: { _id: 1 } })) !== null;
  }

  async untouchedSince(instant: Instant, after: string | undefined, limit: number): Promise<readonly BlobRecord[]> {
    const filter = { touchedAt: { $lt: instant }, ...(after === undefined ? {} : { _id: { $gt: after } }) };
    return this.blobs.find(filter).sort({ _id: 1 }).limit(limit).toArray();
  }

  async removeUntouched({ _id, storageKey, touchedAt }: BlobRecord): Promise<boolean> {
    return (await this.blobs.deleteOne({ _id, storageKey, touchedAt })).deletedCount === 1;
  }
}
