import { chmod, lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../shared/logger.js';

export type Removal = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Removes a folder with all in it; never follows links. Folders that a task made read-only are opened first; what
 * belongs to another user and can't be removed (a container without root agent wrote it) is said, not thrown.
 */
export async function removeTree(path: string): Promise<Removal> {
  if (await isGoneAtOnce(path)) return { ok: true };
  const first = await attempt(path);
  if (first.ok) return first;
  await openFolders(path);
  return attempt(path);
}

/** Most are empty, or not there. */
const isGoneAtOnce = (path: string): Promise<boolean> =>
  rmdir(path).then(
    () => true,
    (error: unknown) => codeOf(error) === 'ENOENT',
  );

async function attempt(path: string): Promise<Removal> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 2, retryDelay: 20 });
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function openFolders(folder: string): Promise<void> {
  const status = await lstat(folder).catch(() => undefined);
  if (status?.isDirectory() !== true) return;
  await chmod(folder, 0o700).catch(() => undefined); // someone else's: the removal will say so
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openFolders(join(folder, entry.name));
}
