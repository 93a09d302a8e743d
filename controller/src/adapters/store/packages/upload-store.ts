import type { Collection, Db } from 'mongodb';
import type { Instant, UploadId } from '@drover/protocol';
import type { UploadRecord } from '../../../domain/packages/records.js';
import { newest } from '../../../shared/newest-reads.js';
import type { UploadStore } from '../../../services/packages/stores.js';
import { ensureIndexes } from '../../../shared/ensure-indexes.js';

/** Uploads as documents; one for each identity. */
export class MongoUploadStore implements UploadStore {
  private readonly uploads: Collection<UploadRecord>;

  constructor(db: Db) {
    this.uploads = db.collection('uploads');
  }

  async prepare(): Promise<void> {
    await ensureIndexes(this.uploads, [[{ identity: 1 }, { unique: true }], [{ expiresAt: 1 }]]);
  }

  async insert(record: UploadRecord): Promise<UploadRecord> {
    for (;;) {
      const known = await this.uploads.findOne({ identity: record.identity }, newest);
      if (known) return known;
      try {
        await this.uploads.insertOne(record);
        return record;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
      }
    }
  }

  async byId(uploadId: UploadId): Promise<UploadRecord | undefined> {
    return (await this.uploads.findOne({ _id: uploadId })) ?? undefined;
  }

  async extend(uploadId: UploadId, expiresAt: Instant): Promise<void> {
    await this.uploads.updateOne({ _id: uploadId }, { $set: { expiresAt } });
  }

  async complete(uploadId: UploadId, expiresAt: Instant): Promise<void> {
    await this.uploads.updateOne({ _id: uploadId }, { $set: { complete: true, expiresAt } });
  }

  async remove(uploadId: UploadId): Promise<void> {
    await this.uploads.deleteOne({ _id: uploadId });
  }

  async expired(now: Instant, limit: number): Promise<readonly UploadRecord[]> {
    return this.uploads
      .find({ expiresAt: { $lte: now } })
      .sort({ expiresAt: 1 })
      .limit(limit)
      .toArray();
  }
}
