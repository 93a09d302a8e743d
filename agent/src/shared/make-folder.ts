import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './logger.js';

/** Makes a folder for its owner only, with what is above it. Each level by itself: node's own recursive way never ends where the system refuses, as below /proc. */
export async function makePrivateFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  if (found !== undefined) return;
  if (dirname(folder) !== folder) await makePrivateFolder(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}
