import { constants } from 'node:fs';
import { open, readlink, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';
import { codeOf } from '../shared/logger.js';
import { childOf, openFolder } from '../shared/open-folder.js';

/** Whether a path is the folder or lies in it; both already real. */
export const liesIn = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Where an open folder or file really lies. */
export const placeOf = (handle: FileHandle): Promise<string> => readlink(`/proc/self/fd/${handle.fd}`);

/** Where a folder lies; rejects if it is a link. */
export async function realPlace(path: string): Promise<string> {
  const folder = await openFolder(path);
  try {
    return await placeOf(folder);
  } finally {
    await folder.close();
  }
}

/** Opens a folder by the names that lead to it, one in the other, and never passes a link. */
export async function openBelow(top: string, names: readonly Buffer[]): Promise<FileHandle> {
  let folder = await openFolder(top);
  for (const name of names) {
    const above = folder;
    try {
      folder = await openFolder(childOf(above, name));
    } finally {
      await above.close();
    }
  }
  return folder;
}

/**
 * Opens a regular file in an open folder. A link is followed only to a file inside of `top`, and only the open file says
 * where it lies: a task that swaps a file for a link in between gains nothing. Undefined when it is gone, no regular
 * file, or outside.
 */
export async function openInside(top: string, folder: FileHandle, name: Buffer): Promise<FileHandle | undefined> {
  const path = childOf(folder, name);
  // without O_NONBLOCK a named pipe would block the agent
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const own = await open(path, flags | constants.O_NOFOLLOW).catch((error: unknown) => (codeOf(error) === 'ELOOP' ? 'link' : undefined));
  const handle = own === 'link' ? await open(path, flags).catch(() => undefined) : own;
  if (handle === undefined) return undefined;
  try {
    const isInside = own !== 'link' || liesIn(top, await placeOf(handle));
    if (isInside && (await handle.stat()).isFile()) return handle;
  } catch {
    // its path is too long to be told
  }
  await handle.close();
  return undefined;
}
