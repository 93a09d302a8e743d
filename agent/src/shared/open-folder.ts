import { constants, type Dirent, type Stats } from 'node:fs';
import { open, opendir, type FileHandle } from 'node:fs/promises';

export type EntryKind = 'file' | 'folder' | 'link' | 'other' | 'unknown';

export interface Entry {
  /** Bytes: not all names are UTF-8. */
  readonly name: Buffer;
  readonly kind: EntryKind;
}

/** Opens the folder of this name and never what a link of this name leads to. */
export const openFolder = (path: string | Buffer): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);

/** What an open folder holds, piece by piece, in no order. */
export async function* entriesIn(folder: FileHandle): AsyncGenerator<Entry> {
  const listing = await opendir(`/proc/self/fd/${folder.fd}`, { encoding: 'latin1', bufferSize: 256 });
  for await (const entry of listing) yield { name: Buffer.from(entry.name, 'latin1'), kind: kindOf(entry) };
}

/** The path of an entry of an open folder: short, however deep the folder lies, and wherever it is moved. */
export const childOf = (folder: FileHandle, name: Buffer): Buffer => Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), name]);

/** Not every file system tells the kind with the name. */
export function kindOf(entry: Dirent | Stats): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isSocket() || entry.isFIFO() || entry.isBlockDevice() || entry.isCharacterDevice() ? 'other' : 'unknown';
}
