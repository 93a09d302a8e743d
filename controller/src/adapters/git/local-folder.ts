import { realpath } from 'node:fs/promises';
import { isBelow } from '../../domain/pipelines/validation/sources.js';

/** S2: where the folder really is, links followed, if that is below a folder that an administrator allowed. */
export async function allowedRealPath(folder: string, allowedFolders: readonly string[]): Promise<string | undefined> {
  const path = await resolved(folder);
  if (path === undefined) return undefined;
  const allowed = await Promise.all(allowedFolders.map(resolved));
  return allowed.some((above) => above !== undefined && isBelow(path, above)) ? path : undefined;
}

const resolved = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
