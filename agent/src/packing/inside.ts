import { constants } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';

/** Whether a path is the folder or lies in it; both already real. */
export const liesIn = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Opens a regular file and only then looks where it really lies: a task that swaps a folder for a link in between
 * gains nothing. Undefined when it is gone, no regular file, or outside of the folder.
 */
export async function openInside(folder: string, path: string): Promise<FileHandle | undefined> {
  // without O_NONBLOCK a named pipe would block the agent
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY).catch(() => undefined);
  if (handle === undefined) return undefined;
  const [status, real] = [await handle.stat(), await readlink(`/proc/self/fd/${handle.fd}`).catch(() => realpath(path))];
  if (status.isFile() && liesIn(folder, real)) return handle;
  await handle.close();
  return undefined;
}
