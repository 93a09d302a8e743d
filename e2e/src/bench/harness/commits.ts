import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Where LMDB's two meta pages keep what it calls itself and the number of the transaction that wrote them. */
const pageBytes = 4_096;
const magicAt = 24;
const transactionAt = 152;
const magic = 0xbeefc0de;

/** How often the embedded store in this folder has committed, as its file says: each commit is one durable write to the disk. */
export async function commitsOf(storeFolder: string): Promise<number> {
  const file = await open(join(storeFolder, 'data.mdb'), 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(2 * pageBytes), 0, 2 * pageBytes, 0);
    const pages = [buffer.subarray(0, pageBytes), buffer.subarray(pageBytes)];
    if (pages.some((page) => page.readUInt32LE(magicAt) !== magic)) throw new Error('the store’s file is laid out otherwise than expected');
    return Math.max(...pages.map((page) => Number(page.readBigUInt64LE(transactionAt))));
  } finally {
    await file.close();
  }
}
