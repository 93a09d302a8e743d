import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskFile } from './disk.js';

/** Writes all pieces, one behind the other, at `position`; rejects if the disk takes fewer bytes. */
export async function writeFully(file: Pick<DiskFile, 'writev'>, pieces: readonly Uint8Array[], position: number): Promise<void> {
  let at = position;
  for (let rest = pieces; rest.length > 0;) {
    const { bytesWritten } = await file.writev(rest, at);
    at += bytesWritten;
    rest = behind(rest, bytesWritten);
  }
}

/** What is left of pieces without their first bytes. */
function behind(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes;
  return pieces.flatMap((piece) => {
    const left = piece.subarray(Math.min(skip, piece.length));
    skip -= piece.length - left.length;
    return left.length > 0 ? [left] : [];
  });
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a whole new text in the place of a file: after a crash it is the old or the new one. Readable by its owner only. */
export async function replaceText(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await writeFully(file, [Buffer.from(text)], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}
