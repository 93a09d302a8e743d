import type { UploadId } from '@drover/protocol';

export interface Written {
  /** Where the stored bytes end now; durable. */
  readonly end: number;
  /** Why it ended otherwise than with the source: the sender went away, sent more than the limit, another writer took over, or the disk is full. */
  readonly broken?: { readonly reason: 'sender' | 'tooMuch' | 'overtaken' | 'storageFull'; readonly cause: unknown };
}

/** Keeps the bytes of uploads, while they arrive and afterwards, under the id of the upload. Constant memory, whatever the size. */
export interface BlobStorage {
  /** Bytes that are stored durably; 0 where there are none. */
  end(key: UploadId): Promise<number>;
  /** Appends the source at `offset` (which must be the end), `limit` bytes at most. A second writer makes the first one stop. */
  write(key: UploadId, offset: number, source: AsyncIterable<Uint8Array>, limit: number): Promise<Written>;
  /** SHA-256 of all that is stored, hex. */
  digest(key: UploadId): Promise<string>;
  /** Makes an upload a blob that stays. Idempotent. */
  keep(key: UploadId): Promise<void>;
  /** A range of a blob, in pieces; `to` is exclusive. Throws `Damaged` where the storage has lost some of it. */
  read(key: UploadId, range: { readonly from: number; readonly to: number }): AsyncIterable<Uint8Array>;
  /** Removes upload or blob. Idempotent. */
  remove(key: UploadId): Promise<void>;
  /** All that is stored, kept or not, for the sweep. */
  keys(): AsyncIterable<UploadId>;
  close(): Promise<void>;
}
