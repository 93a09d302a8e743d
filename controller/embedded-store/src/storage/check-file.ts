import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Where LMDB keeps what is needed here, in each of its two head pages (behind a page header of 24 bytes). */
const layout = { magic: 24, pageBytes: 48, lastPage: 144, transaction: 152, end: 160 } as const;
const magic = 0xbeefc0de;

/** Pages at the end that were given out and never written may be missing from a healthy file. */
const mostMissingPages = 256n;

/**
 * Looks at the head of the data file before it is mapped: LMDB trusts it, and a process that reads mapped pages
 * beyond the end of a file is killed. Throws an Error that says what is wrong; a missing file is fine.
 */
export function checkFile(folder: string): void {
  const path = join(folder, 'data.mdb');
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const heads = readHeads(file);
    const newest = heads.reduce((best, head) => (head.transaction > best.transaction ? head : best));
    const wantedBytes = (newest.lastPage + 1n) * newest.pageBytes;
    const foundBytes = BigInt(fstatSync(file).size);
    if (foundBytes >= wantedBytes) return;
    if (wantedBytes - foundBytes > mostMissingPages * newest.pageBytes) {
      throw new Error(`data.mdb has ${foundBytes} bytes of ${wantedBytes}`);
    }
    // Appended, because the file may be growing at this moment: another process may have the store open.
    appendFileSync(path, Buffer.alloc(Number(wantedBytes - foundBytes)));
  } finally {
    closeSync(file);
  }
}

interface Head {
  readonly transaction: bigint;
  readonly lastPage: bigint;
  readonly pageBytes: bigint;
}

function readHeads(file: number): [Head, ...Head[]] {
  const first = readHead(file, 0);
  if (!first) throw new Error('data.mdb does not begin as a store does');
  const second = readHead(file, Number(first.pageBytes));
  return second ? [first, second] : [first];
}

function readHead(file: number, at: number): Head | undefined {
  const bytes = Buffer.alloc(layout.end);
  if (readSync(file, bytes, 0, layout.end, at) < layout.end || bytes.readUInt32LE(layout.magic) !== magic) return undefined;
  const pageBytes = BigInt(bytes.readUInt32LE(layout.pageBytes));
  if (pageBytes < 512n || pageBytes > 65_536n) return undefined;
  return { pageBytes, lastPage: bytes.readBigUInt64LE(layout.lastPage), transaction: bytes.readBigUInt64LE(layout.transaction) };
}
