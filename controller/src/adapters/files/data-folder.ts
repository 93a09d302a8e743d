import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isThere } from '../../shared/durable-files.js';

/** Makes a folder for its owner only, with what is above it, and makes sure that it can be written. Each level by itself: node's own recursive way never ends where the system refuses, as below /proc. */
export async function makeDataFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let level = folder; !(await isThere(level)) && dirname(level) !== level; level = dirname(level)) missing.unshift(level);
  for (const level of missing) await mkdir(level, { mode: 0o700 }).catch(unlessThere);
  await access(folder, constants.W_OK | constants.X_OK);
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
