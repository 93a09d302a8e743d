import { createHash, type Hash } from 'node:crypto';
import type { UploadId } from '@drover/protocol';

/** Running sums of uploads that this process saw from their first byte on; of others there is none, and they are read again. */
export class Digests {
  private readonly sums = new Map<UploadId, { readonly hash: Hash; end: number }>();

  constructor(private readonly limit = 1_000) {}

  /** The sum to continue with at `offset`, if this process has it. */
  at(key: UploadId, offset: number): { update(bytes: Uint8Array): void } {
    if (offset === 0) this.sums.set(key, { hash: createHash('sha256'), end: 0 });
    const sum = this.sums.get(key);
    if (this.sums.size > this.limit) this.forgetOldest(key);
    if (sum?.end !== offset) {
      this.sums.delete(key);
      return { update: () => undefined };
    }
    return {
      update: (bytes) => {
        sum.hash.update(bytes);
        sum.end += bytes.length;
      },
    };
  }

  /** The digest of `end` bytes, if this process has it. */
  of(key: UploadId, end: number): string | undefined {
    const sum = this.sums.get(key);
    return sum?.end === end ? sum.hash.copy().digest('hex') : undefined;
  }

  forget(key: UploadId): void {
    this.sums.delete(key);
  }

  private forgetOldest(kept: UploadId): void {
    const oldest = [...this.sums.keys()].find((key) => key !== kept);
    if (oldest !== undefined) this.sums.delete(oldest);
  }
}
