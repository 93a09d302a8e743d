import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../shared/logger.js';

const blockBytes = 512;

/**
 * What a tree takes on its disk, or at least `most` of it: the rest is not looked at then. A file with several names counts
 * once for each. What vanishes meanwhile, can't be read or has too long a path counts nothing.
 */
export async function measureTree(
  root: string,
  { most, signal }: { readonly most: number; readonly signal: AbortSignal },
): Promise<number> {
  let bytes = 0;
  const left = [root];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    for await (const { path, isFolder } of entriesOf(folder)) {
      signal.throwIfAborted();
      bytes += await sizeOf(path);
      if (bytes > most) return bytes;
      if (isFolder) left.push(path);
    }
  }
  return bytes;
}

/** Names are bytes: as Latin-1 they would not be found again, and those that are not UTF-8 are few. */
async function* entriesOf(folder: string): AsyncGenerator<{ readonly path: string; readonly isFolder: boolean }> {
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      yield { path: join(folder, entry.name), isFolder: entry.isDirectory() };
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

const sizeOf = (path: string): Promise<number> =>
  lstat(path).then(
    ({ blocks }) => blocks * blockBytes,
    () => 0,
  );
