import { lstat, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Header, Pax } from 'tar';
import { codeOf, messageOf } from '../shared/logger.js';
import { childOf, entriesIn, openFolder } from '../shared/open-folder.js';
import { deepestFolder } from './globs.js';
import { liesIn, openInside, placeOf } from './inside.js';

const blockBytes = 512;
const readBytes = 256 * 1024;
/** Kept so that programs stay programs; whose they were is nobody's business. */
const modeBits = 0o777;

/**
 * The content of a folder as tar.gz, the same bytes for the same tree: names in order, no users, no groups. The stream
 * fails on a link that leaves the folder and on a file that changes its size meanwhile. Sockets and pipes are left out.
 * Goes by descriptors: no link that a task lays meanwhile is followed. `shown` is the folder's path in sentences.
 */
export function packDirectory(open: () => Promise<FileHandle>, shown: string): Readable {
  const archive = Readable.from(archiveOf(open, shown), { objectMode: false });
  const gzip = createGzip();
  archive.once('error', (error) => gzip.destroy(error));
  gzip.once('close', () => archive.destroy());
  return archive.pipe(gzip);
}

interface Place {
  readonly folder: FileHandle;
  /** Where the packed folder really lies. */
  readonly top: string;
  /** Below the packed folder. */
  readonly path: string;
  readonly shown: string;
  readonly depth: number;
}

async function* archiveOf(open: () => Promise<FileHandle>, shown: string): AsyncGenerator<Buffer> {
  const folder = await open().catch((error: unknown) => unreadable(shown, error));
  try {
    yield* entriesOf({ folder, top: await placeOf(folder), path: '', shown, depth: 0 });
  } finally {
    await folder.close();
  }
  yield Buffer.alloc(2 * blockBytes);
}

async function* entriesOf(place: Place): AsyncGenerator<Buffer> {
  const { folder, shown, depth } = place;
  if (depth > deepestFolder)
    throw new Error(`the folder “${shown.slice(0, 300)}” lies more than ${deepestFolder} folders deep in a folder to pack`);
  for (const bytes of await namesIn(folder, shown)) {
    const name = bytes.toString();
    const [path, said] = [place.path === '' ? name : `${place.path}/${name}`, `${shown}/${name}`];
    if (!Buffer.from(name).equals(bytes)) throw new Error(`the name of “${said}” is not UTF-8: it cannot be packed`);
    const status = await lstat(childOf(folder, bytes)).catch((error: unknown) => unreadable(said, error));
    const common = { mode: status.mode & modeBits, mtime: status.mtime };
    if (status.isDirectory()) {
      yield headerOf({ ...common, path: `${path}/`, type: 'Directory', size: 0 });
      yield* folderOf({ ...place, path, shown: said, depth: depth + 1 }, bytes);
    } else if (status.isSymbolicLink()) {
      yield headerOf({ ...common, path, type: 'SymbolicLink', size: 0, linkpath: await innerLink(place, bytes, path) });
    } else if (status.isFile()) {
      yield* fileOf(place, bytes, { path, said });
    }
  }
}

/** `place.folder` is still the one above. */
async function* folderOf(place: Place, name: Buffer): AsyncGenerator<Buffer> {
  const folder = await openFolder(childOf(place.folder, name)).catch((error: unknown) => unreadable(place.shown, error));
  try {
    yield* entriesOf({ ...place, folder });
  } finally {
    await folder.close();
  }
}

async function namesIn(folder: FileHandle, shown: string): Promise<readonly Buffer[]> {
  const names: Buffer[] = [];
  try {
    for await (const { name } of entriesIn(folder)) names.push(name);
  } catch (error) {
    unreadable(shown, error);
  }
  return names.sort((a, b) => Buffer.compare(a, b));
}

function unreadable(shown: string, error: unknown): never {
  throw new Error(`“${shown.slice(0, 300)}” cannot be packed: ${codeOf(error) ?? messageOf(error)}`, { cause: error });
}

/** Refused are absolute targets and those that leave the folder by their text or by the links that they pass. */
async function innerLink({ folder, top }: Place, name: Buffer, path: string): Promise<string> {
  const target = await readlink(childOf(folder, name));
  const lexical = posix.normalize(posix.join(posix.dirname(path), target));
  const real = await realpath(childOf(folder, name)).catch(() => undefined);
  const leaves = posix.isAbsolute(target) || lexical === '..' || lexical.startsWith('../') || (real !== undefined && !liesIn(top, real));
  if (leaves) throw new Error(`the link “${path}” leads out of the folder, to ${target}`);
  return target;
}

async function* fileOf(
  { folder, top }: Place,
  name: Buffer,
  { path, said }: { readonly path: string; readonly said: string },
): AsyncGenerator<Buffer> {
  const handle = await openInside(top, folder, name);
  if (handle === undefined) throw new Error(`the file “${said}” cannot be read or lies outside of the folder`);
  try {
    const { size, mode, mtime } = await handle.stat();
    yield headerOf({ path, type: 'File', size, mode: mode & modeBits, mtime });
    let rest = size;
    while (rest > 0) {
      const buffer = Buffer.allocUnsafe(Math.min(readBytes, rest));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - rest);
      if (bytesRead === 0) throw new Error(`the file “${said}” became shorter while it was packed`);
      rest -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    if (size % blockBytes !== 0) yield Buffer.alloc(blockBytes - (size % blockBytes));
  } finally {
    await handle.close();
  }
}

interface Entry {
  readonly path: string;
  readonly type: 'File' | 'Directory' | 'SymbolicLink';
  readonly size: number;
  readonly mode: number;
  readonly mtime: Date;
  readonly linkpath?: string;
}

function headerOf(entry: Entry): Buffer {
  const header = new Header({ ...entry });
  const block = Buffer.alloc(blockBytes);
  // what an old header has no room for goes before it, in a newer kind
  if (!header.encode(block, 0)) return block;
  const { path, size, linkpath } = entry;
  return Buffer.concat([new Pax({ path, size, ...(linkpath !== undefined && { linkpath }) }).encode(), block]);
}
