import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { posix } from 'node:path';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Header, Pax } from 'tar';
import { liesIn, openInside } from './inside.js';

const blockBytes = 512;
const readBytes = 256 * 1024;
/** Stands in what `readdir` gives for bytes that are no text. */
const replacement = '\uFFFD';
/** Kept so that programs stay programs; whose they were is nobody's business. */
const modeBits = 0o777;

/**
 * The content of a folder as tar.gz, the same bytes for the same tree: names in order, no users, no groups. The stream
 * fails on a link that leaves the folder and on a file that changes its size meanwhile. Sockets and pipes are left out.
 */
export function packDirectory(folder: string): Readable {
  const archive = Readable.from(archiveOf(folder), { objectMode: false });
  const gzip = createGzip();
  archive.once('error', (error) => gzip.destroy(error));
  gzip.once('close', () => archive.destroy());
  return archive.pipe(gzip);
}

async function* archiveOf(folder: string): AsyncGenerator<Buffer> {
  yield* entriesOf(await realpath(folder), '');
  yield Buffer.alloc(2 * blockBytes);
}

async function* entriesOf(root: string, folder: string): AsyncGenerator<Buffer> {
  for (const name of (await readdir(join(root, folder))).sort()) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const status = await lstat(join(root, path)).catch((error: unknown) => {
      throw name.includes(replacement) ? new Error(`the name of ${path} is no UTF-8: it can not be packed`) : error;
    });
    const common = { mode: status.mode & modeBits, mtime: status.mtime };
    if (status.isDirectory()) {
      if (!liesIn(root, await realpath(join(root, path)))) throw new Error(`${path} leads out of the folder`);
      yield headerOf({ ...common, path: `${path}/`, type: 'Directory', size: 0 });
      yield* entriesOf(root, path);
    } else if (status.isSymbolicLink()) {
      yield headerOf({ ...common, path, type: 'SymbolicLink', size: 0, linkpath: await innerLink(root, path) });
    } else if (status.isFile()) {
      yield* fileOf(root, path);
    }
  }
}

/** Refused are absolute targets and those that leave the folder by their text or by the links that they pass. */
async function innerLink(root: string, path: string): Promise<string> {
  const target = await readlink(join(root, path));
  const lexical = posix.normalize(posix.join(posix.dirname(path), target));
  const real = await realpath(join(root, path)).catch(() => undefined);
  const leaves = posix.isAbsolute(target) || lexical === '..' || lexical.startsWith('../') || (real !== undefined && !liesIn(root, real));
  if (leaves) throw new Error(`the link “${path}” leads out of the folder, to ${target}`);
  return target;
}

async function* fileOf(root: string, path: string): AsyncGenerator<Buffer> {
  const handle = await openInside(root, join(root, path));
  if (handle === undefined) throw new Error(`the file ${path} can not be read or lies outside of the folder`);
  try {
    const { size, mode, mtime } = await handle.stat();
    yield headerOf({ path, type: 'File', size, mode: mode & modeBits, mtime });
    let rest = size;
    while (rest > 0) {
      const buffer = Buffer.allocUnsafe(Math.min(readBytes, rest));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - rest);
      if (bytesRead === 0) throw new Error(`the file ${path} became shorter while it was packed`);
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
