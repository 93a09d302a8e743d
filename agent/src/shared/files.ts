import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskFile } from './disk.js';

/** Writes all bytes at `position`; rejects if the disk takes fewer. */
export async function writeFully(file: Pick<DiskFile, 'write'>, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
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
    await writeFully(file, Buffer.from(text), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}
