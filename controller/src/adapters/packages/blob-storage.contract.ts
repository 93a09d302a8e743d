import { createHash, randomBytes } from 'node:crypto';
import { assert } from 'chai';
import { asId, type UploadId } from '@drover/protocol';
import type { BlobStorage } from '../../services/packages/blob-storage.js';

const key = asId<UploadId>('01jd00000000000000000000k1');
const other = asId<UploadId>('01jd00000000000000000000k2');
const everything = 1e15;
const bytes = randomBytes(5_000_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');

async function* pieces(source: Buffer, size = 65_536, breakAt = Infinity): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.length; at += size) {
    if (at >= breakAt) throw new Error('the sender went away');
    yield source.subarray(at, at + size);
  }
}

async function whole(storage: BlobStorage, from = 0, to = bytes.length): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const piece of storage.read(key, { from, to })) found.push(Buffer.from(piece));
  return Buffer.concat(found);
}

/** What every storage of blobs promises. */
export function describeBlobStorage(
  title: string,
  open: () => Promise<{ storage: BlobStorage; reopen: () => Promise<BlobStorage> }>,
  close: () => Promise<void>,
): void {
  describe(`B2 B4 ${title}`, () => {
    let storage: BlobStorage;
    let reopen: () => Promise<BlobStorage>;

    beforeEach(async () => {
      ({ storage, reopen } = await open());
    });
    afterEach(close);

    it('stores what arrives, whatever the pieces', async () => {
      for (const size of [1_000_003, 65_536, 4_096]) {
        await storage.remove(key);
        assert.deepEqual(await storage.write(key, 0, pieces(bytes, size), everything), { end: bytes.length });
        assert.equal(await storage.digest(key), sha256);
        assert.isTrue((await whole(storage)).equals(bytes));
      }
    });

    it('keeps what came before the sender went away, and continues from there, in another process too', async () => {
      const first = await storage.write(key, 0, pieces(bytes, 10_000, 2_222_222), everything);
      assert.equal(first.broken?.reason, 'sender');
      assert.equal(first.end, 2_230_000);
      const second = await storage.write(key, first.end, pieces(bytes.subarray(first.end), 10_000, 1_000_000), everything);
      const again = await reopen();
      assert.equal(await again.end(key), second.end);
      await again.write(key, second.end, pieces(bytes.subarray(second.end)), everything);
      assert.equal(await again.digest(key), sha256);
    });

    it('takes no more than allowed', async () => {
      const written = await storage.write(key, 0, pieces(bytes, 1_000), 5_500);
      assert.equal(written.broken?.reason, 'tooMuch');
      assert.isAtMost(await storage.end(key), 5_500);
    });

    it('lets a new writer take over from one that hangs', async () => {
      let began = (): void => undefined;
      const begun = new Promise<void>((resolve) => (began = resolve));
      const hanging = (async function* () {
        yield bytes.subarray(0, 1_000);
        began();
        await new Promise<void>(() => undefined);
      })();
      const first = storage.write(key, 0, hanging, everything);
      await begun;
      const second = storage.write(key, 0, pieces(bytes), everything);
      assert.equal((await first).broken?.reason, 'overtaken');
      assert.deepEqual(await second, { end: bytes.length });
      assert.equal(await storage.digest(key), sha256);
    });

    it('keeps a blob, also twice, and reads any range of it', async () => {
      await storage.write(key, 0, pieces(bytes), everything);
      await storage.keep(key);
      await storage.keep(key);
      const again = await reopen();
      assert.isTrue((await whole(again, 1_044_479, 3_000_001)).equals(bytes.subarray(1_044_479, 3_000_001)));
      assert.equal((await whole(again, 7, 8)).length, 1);
      assert.equal(await again.digest(key), sha256);
    });

    it('has empty files', async () => {
      await storage.keep(key);
      assert.equal(await storage.end(key), 0);
      assert.equal(await storage.digest(key), createHash('sha256').digest('hex'));
      assert.equal((await whole(storage, 0, 0)).length, 0);
    });

    it('tells what it has and forgets what is removed', async () => {
      await storage.write(key, 0, pieces(bytes), everything);
      await storage.keep(key);
      await storage.write(other, 0, pieces(bytes.subarray(0, 100)), everything);
      const keys = async (): Promise<UploadId[]> => {
        const found: UploadId[] = [];
        for await (const each of storage.keys()) found.push(each);
        return found.sort();
      };
      assert.deepEqual(await keys(), [key, other]);
      for (const each of [key, key, other]) await storage.remove(each);
      assert.deepEqual(await keys(), []);
    });
  });
}
